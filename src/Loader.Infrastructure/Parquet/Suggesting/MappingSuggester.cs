using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Schema;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Drafts a mapping: by the names of a publisher that is known, or else by names, types and values.</summary>
internal static class MappingSuggester
{
    /// <summary>Drafts a mapping.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset, or <see langword="null"/> to take it from the key or guess it.</param>
    /// <returns>The draft.</returns>
    /// <exception cref="ConfigurationException">Nothing says what the dataset is.</exception>
    public static MappingSuggestion Suggest(SuggestedFile file, DatasetType? dataset)
    {
        if (SchemaValidator.HoldsKeptRows(file.Schema))
        {
            throw new ConfigurationException(
                $"{PlainText.Escape(file.File.ToString())} holds rows that the loader kept: it needs no mapping.");
        }

        dataset ??= DatasetType.TryParse(HiveKey.Find(file.File.PartitionPath, "dataset"), out DatasetType? fromKey) ? fromKey : null;
        MappingDraft draft = OnsSuggestion.TryDraft(file, dataset)
            ?? EntsoeSuggestion.TryDraft(file, dataset)
            ?? OpsdSuggestion.TryDraft(file, dataset)
            ?? EiaSuggestion.TryDraft(file, dataset)
            ?? GenericSuggestion.Draft(file, dataset);
        AddFaults(file, draft);
        return new MappingSuggestion(
            MappingWriter.ToIndentedUtf8(draft.Mapping),
            [.. draft.Questions.Select(PlainText.Escape)],
            [.. draft.Notes.Select(PlainText.Escape)]);
    }

    /// <summary>A draft without open decisions must fit the file. If it does not, that is one more thing to decide.</summary>
    private static void AddFaults(SuggestedFile file, MappingDraft draft)
    {
        IReadOnlyList<string> faults = MappingValidator.FindFaults(draft.Mapping);
        if (faults.Count == 0)
        {
            var identity = new AppliedMapping(draft.Mapping.Name, MappingWriter.Hash(draft.Mapping));
            (_, faults) = MappingCompiler.Compile(draft.Mapping, identity, file.Schema, file.File);
            draft.Questions.AddRange(faults);
        }
        else if (draft.Questions.Count == 0)
        {
            draft.Questions.AddRange(faults);
        }
    }
}
