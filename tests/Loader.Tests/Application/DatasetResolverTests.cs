using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Tests.Application;

public sealed class DatasetResolverTests
{
    [Test]
    public void A_dataset_in_the_request_comes_before_the_key()
    {
        var request = new LoadRequest(SourceFile.OnDisk("dataset=generation/part-0.parquet")) { Dataset = DatasetType.Transmission };

        Assert.That(DatasetResolver.Resolve(request), Is.EqualTo(DatasetType.Transmission));
    }

    [Test]
    public void Without_one_the_key_names_the_dataset()
    {
        Assert.That(DatasetResolver.Resolve(new LoadRequest(SourceFile.OnDisk("dataset=consumption/part-0.parquet"))), Is.EqualTo(DatasetType.Consumption));
    }

    [TestCase("part-0.parquet", "Cannot tell the dataset of part-0.parquet: its key has no 'dataset=' segment. Name the dataset (on the command line with --dataset, in the input of a function with \"dataset\"), or use a key with a segment 'dataset=generation|consumption|transmission'.")]
    [TestCase("dataset=a%0Ab/x", @"Cannot tell the dataset of dataset=a%0Ab/x: its key has the unknown dataset 'a\u000ab'. Name the dataset (on the command line with --dataset, in the input of a function with ""dataset""), or use a key with a segment 'dataset=generation|consumption|transmission'.")]
    [TestCase("dataset%3dgeneration/x", "Cannot tell the dataset of dataset%3dgeneration/x: its key has no 'dataset=' segment. Name the dataset (on the command line with --dataset, in the input of a function with \"dataset\"), or use a key with a segment 'dataset=generation|consumption|transmission'. The key looks URL-encoded ('%3D' stands for '='): decode it first.")]
    [TestCase("dataset=x/dataset%3Dgeneration", "Cannot tell the dataset of dataset=x/dataset%3Dgeneration: its key has the unknown dataset 'x'. Name the dataset (on the command line with --dataset, in the input of a function with \"dataset\"), or use a key with a segment 'dataset=generation|consumption|transmission'.")]
    public void An_unknown_dataset_is_refused_with_the_remedy(string key, string expected)
    {
        Assert.That(
            () => DatasetResolver.Resolve(new LoadRequest(SourceFile.OnDisk(key))),
            Throws.InstanceOf<UnknownDatasetException>().With.Message.EqualTo(expected).And.Property(nameof(LoadException.File)).EqualTo(SourceFile.OnDisk(key)));
    }
}
