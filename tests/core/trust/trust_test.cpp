#include "core/exec/scriptrunner.h"
#include "tests/support/childprocess.h"

#include <gtest/gtest.h>

#include <filesystem>

using namespace hopscope;
using namespace std::chrono_literals;

namespace {

/// Programs of root's and of another user's, in a folder that only root can change.
class Trust : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_EQ(run("id -u"), "0\n") << "only root can make files of two users";
        m_folder = test::outputOf({ "mktemp", "-d", "/var/lib/hopscope-test.XXXXXX" });
        m_folder.pop_back();
        run("cd " + m_folder + "; chmod 755 .; mkdir loose; for f in mine theirs open loose/in; do cp /bin/sleep $f; done; "
            "chmod 777 loose open; chown daemon theirs; ln -s theirs link");
    }
    void TearDown() override
    {
        if (!m_folder.empty())
            std::filesystem::remove_all(m_folder);
    }
    std::string run(const std::string& shell)
    {
        exec::CheckSpec spec;
        spec.shell = m_folder.empty() ? shell : "cd " + m_folder + "; " + shell;
        std::string output;
        m_runner->run(
            { spec }, [&](const model::CheckResult& result) { output = result.output; }, {}, std::chrono::steady_clock::now() + 20s);
        return output;
    }
    std::string isRoots(const std::string& file) { return run("if only_roots " + file + "; then echo yes; else echo no; fi"); }
    /// Who may run each of these programs, found behind a process of `user`.
    std::string runners(const std::string& user, const std::string& programs)
    {
        return run("setpriv --reuid " + user + " --clear-groups /bin/sleep 9 & while [ $(stat -c %U /proc/$!) != " + user
            + " ]; do :; done; for each in " + programs + "; do runner $PWD/$each $! || echo nobody; done; "
            + "runner $PWD/mine $! $PWD/mine; runner $PWD/mine $! $PWD/open; kill $!");
    }

private:
    std::string m_folder;
    const std::unique_ptr<exec::CommandRunner> m_runner = exec::makeScriptRunner(base::HostId("me"), exec::makeLocalHost());
};

TEST_F(Trust, KnowsWhatRootAloneCanChange)
{
    EXPECT_EQ(isRoots("/bin/sh"), "yes\n");
    EXPECT_EQ(isRoots("$PWD/mine"), "yes\n");
    for (const char* const file : { "$PWD/theirs", "$PWD/open", "$PWD/loose/in", "$PWD/link", "$PWD/none", "mine" })
        EXPECT_EQ(isRoots(file), "no\n") << file;
}

TEST_F(Trust, RunsForRootOnlyWhatRootTrusts)
{
    EXPECT_EQ(runners("root", "mine theirs open loose/in"), "priv\nnobody\nnobody\nnobody\npriv\npriv\n");
    EXPECT_EQ(runners("daemon", "mine theirs"), "as daemon\nas daemon\npriv\nas daemon\n");
}

}
