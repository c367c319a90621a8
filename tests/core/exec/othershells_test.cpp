#include "core/exec/scriptrunner.h"
#include "tests/core/exec/variantshell.h"

#include <gmock/gmock.h>

using namespace hopscope;
using namespace std::chrono_literals;
using model::isCaptured;
using testing::SizeIs;

namespace {

struct Variant {
    const char* name;
    std::vector<std::string> shell;
    const char* prelude; ///< said to the shell before our first word: takes away what some servers lack
    bool keepsPartialOutput = true; ///< of a check that came to its limit
};

void PrintTo(const Variant& variant, std::ostream* out) { *out << variant.name; }

/// The same script on other shells than this machine's, and without the programs that it likes best.
class OtherShell : public testing::TestWithParam<Variant> {
protected:
    std::vector<model::CheckResult> run(const exec::CheckBatch& batch)
    {
        const auto runner
            = exec::makeScriptRunner(base::HostId("me"), std::make_unique<test::VariantShell>(GetParam().shell, GetParam().prelude));
        std::vector<model::CheckResult> results;
        runner->run(
            batch, [&](model::CheckResult result) { results.push_back(std::move(result)); }, {},
            std::chrono::steady_clock::now() + 20s);
        return results;
    }
    static exec::CheckSpec spec(const std::string& shell, int group = 0)
    {
        exec::CheckSpec result;
        result.check = base::CheckId("check");
        result.command = shell;
        result.shell = shell;
        result.group = group;
        return result;
    }
};

TEST_P(OtherShell, KeepsStreamsStatusAndOrder)
{
    const auto results = run({ spec("printf 'a\\nb'; echo error >&2; exit 3"), spec("missing x"), spec("cat; echo end"),
        spec("echo one; exit 4", 1), spec("echo two; echo words >&2", 1), spec("echo last") });
    ASSERT_THAT(results, SizeIs(6));
    EXPECT_EQ(results[0].output, "a\nb");
    EXPECT_EQ(results[0].errorOutput, "error\n");
    EXPECT_EQ(results[0].outcome, model::Outcome(model::outcome::ExitedNonZero { 3 }));
    EXPECT_EQ(results[1].outcome, model::Outcome(model::outcome::NotInstalled { "x" }));
    EXPECT_EQ(results[2].output, "end\n");
    EXPECT_EQ(results[3].output, "one\n");
    EXPECT_EQ(results[3].outcome, model::Outcome(model::outcome::ExitedNonZero { 4 }));
    EXPECT_EQ(results[4].output, "two\n");
    EXPECT_EQ(results[4].errorOutput, "words");
    EXPECT_EQ(results[5].output, "last\n");
}

TEST_P(OtherShell, EndsACheckAtItsLimitAndGoesOn)
{
    auto slow = spec("echo begun; sleep 30");
    slow.limit = 1s;
    const auto start = std::chrono::steady_clock::now();
    const auto results = run({ slow, spec("echo next") });
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TimedOut>(results[0].outcome));
    if (GetParam().keepsPartialOutput) {
        EXPECT_EQ(results[0].output, "begun\n");
    }
    EXPECT_EQ(results[1].output, "next\n");
}

TEST_P(OtherShell, CutsEndlessOutput)
{
    auto endless = spec("yes");
    endless.byteLimit = 5000;
    const auto results = run({ endless, spec("echo next") });
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_TRUE(results[0].isTruncated);
    EXPECT_THAT(results[0].output, SizeIs(5000));
    EXPECT_TRUE(isCaptured(results[0].outcome));
    EXPECT_EQ(results[1].output, "next\n");
}

INSTANTIATE_TEST_SUITE_P(Variants, OtherShell,
    testing::Values(Variant { "Bash", { "/bin/bash", "-s" }, "" }, Variant { "BashAsSh", { "/bin/bash", "--posix", "-s" }, "" },
        Variant { "Busybox", { "/bin/busybox", "sh", "-s" }, "" },
        Variant { "NoTimeout", { "/bin/sh", "-s" }, "timeout() { return 127; }\n" },
        Variant { "NoTimeoutNorSetsid", { "/bin/sh", "-s" }, "timeout() { return 127; }; command() { return 1; }\n", false },
        Variant { "NoHead", { "/bin/sh", "-s" }, "head() { return 127; }\n" },
        Variant { "ErrorExitAndNounset", { "/bin/sh", "-s" }, "set -eu\n" },
        Variant { "StrangeEnvironment", { "/bin/sh", "-s" }, "IFS=x; PATH=; LC_ALL=de_DE.UTF-8; alias echo=false\n" }),
    [](const auto& variant) { return std::string(variant.param.name); });

}
