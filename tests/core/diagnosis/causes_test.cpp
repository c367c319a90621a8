// Each outage of a chain, as facts; the diagnosis must name its hop, variant and cause. What looks alike must
// not.
#include "core/diagnosis/diagnose.h"
#include "core/faults/placeholders.h"
#include "tests/core/diagnosis/outages.h"
#include "tests/support/scenario/fakecatalogue.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace hopscope::diagnosis::outages {
namespace {

using model::Verdict;
using test::Scenario;

std::string describe(const model::Diagnosis& diagnosis)
{
    if (!diagnosis.finding)
        return std::string("no finding, ") + model::id(diagnosis.verdict) + ": " + diagnosis.unknownReason;
    const model::Finding& finding = *diagnosis.finding;
    std::string text = finding.failingHop.value() + " " + finding.variant + " "
        + finding.cause.value_or("(no cause)") + " " + std::to_string(finding.confidence) + "\n"
        + finding.summary + "\n" + finding.firstPlaceToCheck;
    for (const model::Evidence& item : finding.evidence)
        text += "\n  " + item.from + " " + item.check + ": " + item.observed;
    for (const model::Alternative& other : diagnosis.alternatives)
        text += "\n  or " + other.cause.value_or("?") + " " + std::to_string(other.confidence);
    return text;
}

void expectNamed(const Outage& outage, const faults::Catalogue& catalogue)
{
    Scenario scenario;
    outage.make(scenario);
    const model::Diagnosis diagnosis
        = diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue);
    SCOPED_TRACE(describe(diagnosis));
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    const model::Finding& finding = *diagnosis.finding;
    EXPECT_EQ(finding.failingHop.value(), outage.hop);
    EXPECT_EQ(finding.variant, outage.variant);
    EXPECT_EQ(finding.cause, std::string(outage.cause));
    EXPECT_GE(finding.confidence, outage.atLeast);
    EXPECT_LE(finding.confidence, 0.99);
    EXPECT_FALSE(finding.evidence.empty());
    EXPECT_FALSE(finding.summary.empty());
    EXPECT_FALSE(finding.firstPlaceToCheck.empty());
    ASSERT_FALSE(finding.remediation.empty());
    EXPECT_TRUE(std::is_partitioned(finding.remediation.begin(), finding.remediation.end(),
        [](const model::Remediation& each) { return each.risk == model::Risk::ReadOnly; }))
        << "looking comes before touching";
    EXPECT_EQ(diagnosis.topology.hop(finding.failingHop)->state, model::State::Failing);
}
}

TEST_P(Causes, AreNamedOnTheRightHop) { expectNamed(GetParam(), test::FakeCatalogue()); }

/// The fake catalogue's commands are the values it was given, "name=value".
TEST_P(Causes, FillOnlyPlaceholdersThatTheCatalogueKnows)
{
    Scenario scenario;
    GetParam().make(scenario);
    const auto diagnosis
        = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    ASSERT_TRUE(diagnosis.finding);
    for (const model::Remediation& remedy : diagnosis.finding->remediation)
        for (const std::string& command : remedy.commands)
            EXPECT_TRUE(faults::isPlaceholderName(command.substr(0, command.find('=')))) << command;
}

TEST_P(Causes, AreNamedWithTheRealCatalogueToo)
{
    static const auto catalogue = faults::Catalogue::loadBuiltIn();
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    expectNamed(GetParam(), **catalogue);
}

}
