#pragma once

#include "core/faults/catalogue.h"

#include <string>
#include <vector>

namespace hopscope::test {

/// A catalogue of a few plain substrings, so that tests of the inference do not hang on the real one's
/// wording.
class FakeCatalogue : public faults::Catalogue {
public:
    struct Known {
        std::string text; ///< a line that holds it …
        std::string variant;
        std::string cause; ///< … says this; either may be empty
    };

    FakeCatalogue();
    void knows(Known known) { m_known.push_back(std::move(known)); }

    faults::LineReading read(std::string_view line, std::string_view component) const override;
    const faults::FaultText* byEntry(std::string_view entry) const override;
    const faults::FaultText* byCause(std::string_view cause) const override;
    const faults::FaultText* byVariant(std::string_view variant) const override;
    std::vector<model::Remediation> remedies(std::string_view variant, std::string_view cause,
        const faults::RemedyContext& context) const override;
    std::vector<model::Remediation> prevention(
        std::string_view cause, const faults::RemedyContext& context) const override;
    std::map<std::string, std::vector<std::string>> predicates() const override { return {}; }
    std::vector<std::string> variantIds() const override { return {}; }
    std::vector<std::string> causeIds() const override { return {}; }

private:
    std::vector<Known> m_known;
};

}
