locals {
  in_vpc      = length(var.vpc_subnet_ids) > 0
  ec2_actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]

  # Lambda connects a function to a VPC with the role of the function:
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  network_statements = {
    for key, arn in local.function_arns : key => [
      for statement in [
        {
          # Lambda chooses the ids of the interfaces, so AWS asks for all ids. The account is open because a shared subnet belongs to another.
          Sid      = "ManageInterfaces"
          Effect   = "Allow"
          Action   = local.ec2_actions
          Resource = ["arn:${local.partition}:ec2:${local.region}:*:*/*"]
        },
        {
          # Describe actions of EC2 do not support resource-level permissions.
          Sid      = "DescribeInterfaces"
          Effect   = "Allow"
          Action   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
          Resource = ["*"]
        },
        {
          # Only calls with the credentials of the running function have a source function. It needs none of these permissions; Lambda does.
          Sid       = "DenyInterfacesToCode"
          Effect    = "Deny"
          Action    = concat(local.ec2_actions, ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"])
          Resource  = ["*"]
          Condition = { ArnEquals = { "lambda:SourceFunctionArn" = arn } }
        },
      ] : statement if local.in_vpc
    ]
  }
}
