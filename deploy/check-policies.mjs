// Evaluates the policies of the module with an independent implementation of IAM, and compares the results with
// terraform/tests/policy_expectations.json. Usage: node check-policies.mjs FOLDER, where FOLDER/node_modules has @cloud-copilot/iam-simulate.
//
// Each expectation is [action, resource, context, service], allowed or denied. Policies of roles are evaluated for the role; those of resources
// (trust policies, queues, topic) for the service that calls. Three more checks keep the list complete: without any one of the
// allowing statements an allowed call must be denied; without any one of the denying statements, or without any one condition, a denied call
// must be allowed; and each allowed action must occur.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { runSimulation } = createRequire(join(process.argv[2], 'node_modules', 'x.js'))('@cloud-copilot/iam-simulate')
const tests = join(dirname(fileURLToPath(import.meta.url)), 'terraform', 'tests')
const read = name => JSON.parse(readFileSync(join(tests, name), 'utf8'))
const account = '123456789012'
let faults = 0

// A key obeys its own policy before those of roles. This one leaves the decision to them, as docs/deployment.md asks for.
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
}

// The simulator does not let a wildcard stand for the type of a resource. IAM does, and Lambda requires it for network interfaces:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
const expandTypes = statement => ({
  ...statement,
  Resource: [statement.Resource].flat().flatMap(resource => resource.endsWith(':*/*')
    ? ['network-interface', 'security-group', 'subnet'].map(type => resource.replace(/[*][/][*]$/, `${type}/*`))
    : [resource]),
})

function fault(text) {
  console.log(text)
  faults++
}

async function isAllowed(policy, [action, resource, context = {}, service]) {
  const response = await runSimulation({
    request: {
      principal: service ?? `arn:aws:iam::${account}:role/checked`,
      action,
      resource: { resource, accountId: account },
      contextVariables: context,
    },
    identityPolicies: service ? [] : [{ name: 'checked', policy: { ...policy, Statement: policy.Statement.map(expandTypes) } }],
    resourcePolicy: service ? policy : action.startsWith('kms:') ? keyPolicy : undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {})
  if (response.resultType === 'error') {
    throw new Error(`${action} on ${resource}: ${JSON.stringify(response.errors)}`)
  }

  return response.overallResult === 'Allowed'
}

const countAllowed = async (policy, calls) => {
  let allowed = 0
  for (const call of calls) {
    allowed += await isAllowed(policy, call)
  }

  return allowed
}

let calls = 0
for (const { policy: [file, kind, role], allowed, denied } of read('policy_expectations.json')) {
  const name = `${file} ${kind}${role ? `.${role}` : ''}`
  const policy = role ? read(file)[kind][role] : read(file)[kind]
  calls += allowed.length + denied.length
  for (const call of allowed) {
    await isAllowed(policy, call) || fault(`${name}: denied, but expected to be allowed: ${JSON.stringify(call)}`)
  }

  for (const call of denied) {
    await isAllowed(policy, call) && fault(`${name}: allowed, but expected to be denied: ${JSON.stringify(call)}`)
  }

  for (const [index, statement] of policy.Statement.entries()) {
    const without = { ...policy, Statement: policy.Statement.filter((_, other) => other !== index) }
    if (statement.Effect === 'Allow') {
      await countAllowed(without, allowed) < allowed.length || fault(`${name}: no expected call needs the statement ${statement.Sid}`)
      for (const action of [statement.Action].flat()) {
        allowed.some(call => call[0] === action) || fault(`${name}: ${action} of ${statement.Sid} is in no expectation`)
      }
    } else {
      await countAllowed(without, denied) > 0 || fault(`${name}: no expected call is denied by the statement ${statement.Sid}`)
    }

    for (const operator of statement.Effect === 'Allow' ? Object.keys(statement.Condition ?? {}) : []) {
      const { [operator]: _, ...others } = statement.Condition
      const open = { ...policy, Statement: policy.Statement.map((other, at) => at === index ? { ...statement, Condition: others } : other) }
      await countAllowed(open, denied) > 0 || fault(`${name}: no expected call is denied by ${operator} of ${statement.Sid ?? 'its statement'}`)
    }
  }
}

const policies = ['policies.json', 'policies_influxdb.json', 'policies_options.json', 'policies_resources.json'].flatMap(file => Object.entries(read(file))
  .flatMap(([kind, roles]) => roles === null ? [] : roles.Statement ? [`${file} ${kind}`] : Object.keys(roles).map(role => `${file} ${kind} ${role}`)))
const checked = read('policy_expectations.json').map(({ policy }) => policy.join(' '))
for (const policy of policies.filter(policy => !checked.includes(policy))) {
  fault(`${policy}: no expectations`)
}

console.log(`${checked.length} policies, ${calls} calls`)
process.exitCode = faults > 0 ? 1 : 0
