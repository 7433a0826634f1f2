using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Application;

public sealed class LoadStateTests
{
    private static readonly SourceFile File = SourceFile.OnDisk("part-0.parquet");

    [Test]
    public void A_load_without_a_token_begins_at_the_first_row_group_with_the_time_of_its_object()
    {
        LoadState load = Open(new LoadRequest(File));

        Assert.That((load.FromRowGroup, load.RowCount, load.Version), Is.EqualTo((0, 6L, ObjectVersion.FromLastModified(Some.Instant))));
    }

    [Test]
    public void A_version_in_the_request_comes_before_the_time_of_the_object()
    {
        Assert.That(Open(new LoadRequest(File) { Version = new ObjectVersion(78) }).Version, Is.EqualTo(new ObjectVersion(78)));
    }

    [Test]
    public void A_token_comes_before_the_request()
    {
        LoadState load = Open(new LoadRequest(File) { Version = new ObjectVersion(78), Resume = new ResumeToken(1, "etag-1", null, new ObjectVersion(77)) });

        Assert.That((load.FromRowGroup, load.RowCount, load.Version), Is.EqualTo((1, 3L, new ObjectVersion(77))));
    }

    [Test]
    public void Empty_row_groups_are_settled_from_the_beginning()
    {
        var load = new LoadState(new LoadRequest(File));

        load.Open(new ScriptedFile().Add([]).Add([(Some.Time, 1, Some.Key())]));

        Assert.That(load.Outcomes.Select(outcome => outcome?.IsSettled), Is.EqualTo(new bool?[] { true, null }));
    }

    [TestCase("other", null, 1, "was replaced")]
    [TestCase("etag-1", "v2", 1, "was replaced")]
    [TestCase("etag-1", "v1", 3, "has 2 row groups")]
    [TestCase("etag-1", "v1", -1, "has 2 row groups")]
    public void A_token_of_another_file_is_refused_with_the_remedy(string etag, string? versionId, int rowGroup, string expected)
    {
        Assert.That(
            () => Open(new LoadRequest(File) { Resume = new ResumeToken(rowGroup, etag, versionId, new ObjectVersion(77)) }),
            Throws.InstanceOf<SourceChangedException>().With.Message.Contains(expected).And.Message.Contains("without the resume token")
                .And.Property(nameof(LoadException.File)).EqualTo(File));
    }

    [TestCase(null, 0)]
    [TestCase("v1", 2)]
    public void A_token_may_leave_out_the_version_id_and_may_point_to_the_end(string? versionId, int rowGroup)
    {
        LoadState load = Open(new LoadRequest(File) { Resume = new ResumeToken(rowGroup, "etag-1", versionId, new ObjectVersion(77)) });

        Assert.That(load.FromRowGroup, Is.EqualTo(rowGroup));
    }

    [TestCase("other", 1)]
    [TestCase("etag-1", 3)]
    public void A_load_may_restart_if_its_token_belongs_to_another_file(string etag, int rowGroup)
    {
        LoadState load = Open(new LoadRequest(File) { RestartsIfChanged = true, Resume = new ResumeToken(rowGroup, etag, "v1", new ObjectVersion(77)) });

        Assert.That((load.IsResumed, load.FromRowGroup, load.Version), Is.EqualTo((false, 0, ObjectVersion.FromLastModified(Some.Instant))));
    }

    [Test]
    public void A_load_that_may_restart_continues_the_same_file()
    {
        LoadState load = Open(new LoadRequest(File) { RestartsIfChanged = true, Resume = new ResumeToken(1, "etag-1", "v1", new ObjectVersion(77)) });

        Assert.That((load.IsResumed, load.FromRowGroup, load.Version), Is.EqualTo((true, 1, new ObjectVersion(77))));
    }

    private static LoadState Open(LoadRequest request)
    {
        ScriptedFile file = ScriptedFile.WithGoodRowGroups(2);
        file.VersionId = "v1";
        var load = new LoadState(request);
        load.Open(file);
        return load;
    }
}
