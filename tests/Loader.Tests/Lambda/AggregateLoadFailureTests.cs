using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Loading;

namespace Loader.Tests.Lambda;

public sealed class AggregateLoadFailureTests
{
    [Test]
    public void Nothing_is_thrown_where_nothing_failed()
    {
        Assert.That(() => AggregateLoadFailure.ThrowIfAny([Done("a"), new ObjectOutcome(SourceFile.InS3("b", "c")) { SkipReason = SkipReason.Hidden }]), Throws.Nothing);
    }

    [Test]
    public void A_single_failure_is_thrown_itself()
    {
        var failure = new SourceCorruptException("bad");

        Assert.That(() => AggregateLoadFailure.ThrowIfAny([Done("a"), Failed("b", failure), Done("c")]), Throws.Exception.SameAs(failure));
    }

    [Test]
    public void Of_several_failures_a_permanent_one_gives_the_type_and_all_are_listed()
    {
        ObjectOutcome[] outcomes =
        [
            Failed("a", new ThrottledException("slow")), Failed("b", new SchemaMismatchException("no column")), Done("c"), Failed("d", new SourceCorruptException("torn")),
        ];

        SchemaMismatchException exception = Assert.Throws<SchemaMismatchException>(() => AggregateLoadFailure.ThrowIfAny(outcomes))!;

        Assert.That(exception.Message, Is.EqualTo(
            "3 of 4 objects failed. (1) s3://bucket/a: ThrottledException: slow (2) s3://bucket/b: SchemaMismatchException: no column (3) s3://bucket/d: SourceCorruptException: torn"));
        Assert.That(exception.InnerException, Is.SameAs(outcomes[1].Failure!.SourceException));
    }

    [Test]
    public void Failures_that_are_all_transient_stay_transient()
    {
        ObjectOutcome[] outcomes = [Failed("a", new UnavailableException("gone")), Failed("b", new ThrottledException("slow"))];

        Assert.That(() => AggregateLoadFailure.ThrowIfAny(outcomes), Throws.TypeOf<UnavailableException>().With.Property(nameof(LoadException.IsTransient)).True);
    }

    [Test]
    public void A_defect_is_thrown_itself_before_any_failure()
    {
        var defect = new InvalidOperationException("bug");

        Assert.That(() => AggregateLoadFailure.ThrowIfAny([Failed("a", new SourceCorruptException("torn")), Failed("b", defect)]), Throws.Exception.SameAs(defect));
    }

    [Test]
    public void A_message_about_very_many_objects_is_cut()
    {
        ObjectOutcome[] outcomes = [.. Enumerable.Range(0, 1_000).Select(i => Failed($"{i}", new SourceNotFoundException("There is no such object.")))];

        SourceNotFoundException exception = Assert.Throws<SourceNotFoundException>(() => AggregateLoadFailure.ThrowIfAny(outcomes))!;

        Assert.That(exception.Message, Has.Length.LessThan(6_100).And.EndsWith("more."));
    }

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_failure_can_tell_of_many(Type kind)
    {
        var failure = (LoadException)RuntimeHelpers.GetUninitializedObject(kind);

        LoadException ofMany = AggregateLoadFailure.WithMessage(failure, "all of them");

        Assert.That(ofMany, Is.TypeOf(kind).And.Not.SameAs(failure));
        Assert.That(ofMany.Message, Is.EqualTo("all of them"));
    }

    private static IEnumerable<Type> Kinds() =>
        Assembly.GetAssembly(typeof(LoadException))!.GetTypes().Where(type => type.IsSubclassOf(typeof(LoadException)));

    private static ObjectOutcome Done(string key)
    {
        var file = SourceFile.InS3("bucket", key);
        return new ObjectOutcome(file) { Report = new LoadReport { File = file } };
    }

    private static ObjectOutcome Failed(string key, Exception exception) =>
        new(SourceFile.InS3("bucket", key)) { Failure = ExceptionDispatchInfo.Capture(exception) };
}
