#include "core/faults/builtinfiles.h"
#include "core/faults/catalogue.h"
#include "core/faults/catalogueread.h"
#include "core/faults/matcher.h"
#include "core/faults/placeholders.h"
#include "core/faults/remedy.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <unordered_map>

namespace hopscope::faults {
namespace {

    namespace fs = std::filesystem;

    class LoadedCatalogue final : public Catalogue {
    public:
        LoadedCatalogue(CatalogueData data, std::unique_ptr<Matcher> matcher)
            : m_data(std::move(data))
            , m_matcher(std::move(matcher))
        {
            for (const Entry& entry : m_data.entries)
                m_byId.emplace(entry.text.id, &entry);
        }

        LineReading read(std::string_view line, std::string_view component) const override
        {
            return m_matcher->read(line, component);
        }

        const FaultText* byEntry(std::string_view entry) const override { return textOf(find(entry)); }
        const FaultText* byCause(std::string_view cause) const override { return textOf(ofCause(cause)); }
        const FaultText* byVariant(std::string_view variant) const override { return textOf(ofVariant(variant)); }

        std::vector<model::Remediation> remedies(std::string_view variant, std::string_view cause,
            const RemedyContext& context) const override
        {
            const Entry* entry = cause.empty() ? ofVariant(variant) : ofCause(cause);
            return entry ? filledRemedies(entry->remedies, context) : std::vector<model::Remediation>();
        }

        std::vector<model::Remediation> prevention(std::string_view cause, const RemedyContext& context) const override
        {
            const Entry* entry = ofCause(cause);
            return entry ? filledRemedies(entry->prevention, context) : std::vector<model::Remediation>();
        }

        std::map<std::string, std::vector<std::string>> predicates() const override
        {
            std::map<std::string, std::vector<std::string>> names;
            for (const Entry& entry : m_data.entries) {
                if (!entry.predicates.empty())
                    names[entry.text.id] = entry.predicates;
            }
            return names;
        }

        std::vector<std::string> variantIds() const override { return m_data.taxonomy.variants; }
        std::vector<std::string> causeIds() const override { return m_data.taxonomy.causes; }

    private:
        const Entry* find(std::string_view id) const
        {
            const auto found = m_byId.find(std::string(id));
            return found == m_byId.end() ? nullptr : found->second;
        }

        /// The entry that describes a cause or a variant bears its id.
        const Entry* ofCause(std::string_view cause) const
        {
            const Entry* entry = find(cause);
            return entry && entry->text.cause == cause ? entry : nullptr;
        }

        const Entry* ofVariant(std::string_view variant) const
        {
            const Entry* entry = find(variant);
            return entry && entry->text.variant == variant && !entry->text.cause ? entry : nullptr;
        }

        static const FaultText* textOf(const Entry* entry) { return entry ? &entry->text : nullptr; }

        CatalogueData m_data;
        std::unique_ptr<Matcher> m_matcher;
        std::unordered_map<std::string, const Entry*> m_byId;
    };

    base::Result<void> addFolder(const std::string& folder, std::vector<CatalogueFile>& files)
    {
        constexpr auto operation = "read fault catalogue";
        std::error_code problem;
        std::vector<fs::path> paths;
        for (fs::directory_iterator item(folder, problem), end; !problem && item != end; item.increment(problem)) {
            if (item->path().extension() == ".yaml")
                paths.push_back(item->path());
        }
        if (problem)
            return base::failure({ base::ErrorCode::InputOutput, operation, folder, problem.message(), "" });
        // The ids come first, whatever the names of the rest.
        std::sort(paths.begin(), paths.end(), [](const fs::path& a, const fs::path& b) {
            return std::pair(a.filename() != "taxonomy.yaml", a) < std::pair(b.filename() != "taxonomy.yaml", b);
        });
        for (const fs::path& path : paths) {
            std::ifstream stream(path, std::ios::binary);
            std::string text { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
            if (!stream)
                return base::failure({ base::ErrorCode::InputOutput, operation, path.string(), "can't be read", "" });
            files.push_back({ path.string(), std::move(text) });
        }
        return {};
    }

    base::Result<std::shared_ptr<const Catalogue>> loaded(
        const std::vector<CatalogueFile>& files, const std::set<std::string>& checkedFiles)
    {
        CatalogueData data;
        for (const CatalogueFile& file : files) {
            if (const auto result = readCatalogueFile(file, data); !result)
                return base::failure(result.error());
        }
        auto matcher = Matcher::compiled(data, checkedFiles);
        if (!matcher)
            return base::failure(matcher.error());
        return std::make_shared<const LoadedCatalogue>(std::move(data), std::move(*matcher));
    }

}

base::Result<std::shared_ptr<const Catalogue>> Catalogue::load(const std::vector<std::string>& folders)
{
    std::vector<CatalogueFile> files;
    for (const std::string& folder : folders) {
        if (const auto result = addFolder(folder, files); !result)
            return base::failure(result.error());
    }
    return loaded(files, {});
}

base::Result<std::shared_ptr<const Catalogue>> Catalogue::loadBuiltIn(const std::vector<std::string>& extraFolders)
{
    std::vector<CatalogueFile> files = builtInFiles();
    std::set<std::string> checked; // by this program's own tests
    for (const CatalogueFile& file : files)
        checked.insert(file.name);
    for (const std::string& folder : extraFolders) {
        if (const auto result = addFolder(folder, files); !result)
            return base::failure(result.error());
    }
    return loaded(files, checked);
}

std::string filledText(std::string_view text, const std::map<std::string, std::string>& values)
{
    return filledProse(text, usableValues(values));
}

}
