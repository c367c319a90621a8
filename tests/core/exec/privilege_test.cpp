#include "core/exec/scriptrunner.h"
#include "tests/core/exec/variantshell.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <sys/stat.h>

using namespace hopscope;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

/// Another user's view: `id` and `sudo` are played by scripts, so that each kind of sudoers file can be met.
class Privilege : public testing::Test {
protected:
    /// `sudo`: the body of a script whose arguments are sudo's; empty: there is no sudo.
    void become(const std::string& id, const std::string& sudo)
    {
        program("id", "echo '" + id + "'");
        if (!sudo.empty())
            program("sudo", "echo \"$*\" >>" + m_folder.file("asked") + "\n" + sudo);
        m_runner = exec::makeScriptRunner(base::HostId("me"),
            std::make_unique<test::VariantShell>(
                std::vector<std::string> { "/bin/sh", "-s" }, "PATH=" + m_folder.path() + ":$PATH\n"));
    }
    model::CheckResult run(const std::string& shell)
    {
        exec::CheckSpec spec;
        spec.check = base::CheckId("check");
        spec.command = shell;
        spec.shell = shell;
        model::CheckResult last;
        m_runner->run(
            { spec }, [&](model::CheckResult result) { last = std::move(result); }, {},
            std::chrono::steady_clock::now() + 20s);
        return last;
    }
    std::string asked() const { return test::contentOf(m_folder.file("asked")); }

private:
    void program(const std::string& name, const std::string& body) const
    {
        ::chmod(m_folder.write(name, "#!/bin/sh\n" + body + "\n").c_str(), 0755);
    }

    test::TemporaryFolder m_folder;
    std::unique_ptr<exec::CommandRunner> m_runner;
};

const char* const deploy = "uid=1000(deploy) gid=1000(deploy) groups=1000(deploy)";

/// Options away, then the command, marked.
const char* const runsIt = "while :; do case $1 in --) shift; break;; -u) u=$2; shift 2;; -*) shift;; *) break;; esac; done\n"
                           "echo \"as ${u:-root}\"; exec \"$@\"";

TEST_F(Privilege, RunsAsItIsForRoot)
{
    become("uid=0(root) gid=0(root)", "echo never");
    EXPECT_EQ(run("priv echo hello; echo $HOPSCOPE_PRIV $HOPSCOPE_USER").output, "hello\nroot root\n");
    EXPECT_EQ(asked(), "");
}

TEST_F(Privilege, RunsBySudoWhereAllIsAllowed)
{
    become(deploy, runsIt);
    const auto result = run("priv echo hello; echo $HOPSCOPE_PRIV $HOPSCOPE_USER");
    EXPECT_EQ(result.output, "as root\nhello\nsudo deploy\n");
    EXPECT_THAT(asked(), HasSubstr("-n true"));
}

TEST_F(Privilege, RunsBySudoOnlyWhatIsAllowedWhereSomeIs)
{
    become(deploy,
        std::string("case \"$*\" in '-n true') exit 1;; '-n -l') exit 0;; '-n -l -- echo'*) exit 0;; '-n -l'*) exit 1;; esac\n")
            + runsIt);
    EXPECT_EQ(run("priv echo hello; priv printf 'plain\\n'; echo $HOPSCOPE_PRIV").output, "as root\nhello\nplain\nask\n");
}

TEST_F(Privilege, RunsUnprivilegedWithoutSudo)
{
    become(deploy, "exit 1");
    EXPECT_EQ(run("priv echo hello; echo $HOPSCOPE_PRIV").output, "hello\nnone\n");
}

TEST_F(Privilege, SaysInADenialThatSudoIsNotAllowed)
{
    become(deploy, "exit 1");
    EXPECT_EQ(run("denied 'permission denied'").outcome,
        model::Outcome(model::outcome::Denied { "permission denied; sudo -n is not allowed for deploy" }));
}

TEST_F(Privilege, CallsAPasswordQuestionADenial)
{
    become(deploy, "case \"$*\" in '-n true') exit 1;; '-n -l'*) exit 0;; esac\necho 'sudo: a password is required' >&2; exit 1");
    EXPECT_TRUE(std::holds_alternative<model::outcome::Denied>(run("priv echo hello").outcome));
}

TEST_F(Privilege, RunsAsAnotherUserWhereSudoAllowsIt)
{
    become(deploy, runsIt);
    EXPECT_EQ(run("as www-data echo hello").output, "as www-data\nhello\n");
    EXPECT_EQ(run("as deploy echo hello").output, "hello\n");
}

TEST_F(Privilege, DoesNotRunAsAnotherUserWithoutLeave)
{
    become(deploy, "exit 1");
    const auto result = run("as www-data echo hello; echo after");
    EXPECT_EQ(result.outcome,
        model::Outcome(model::outcome::Denied { "may not run a command as www-data; sudo -n is not allowed for deploy" }));
    EXPECT_EQ(result.output, "");
}

TEST_F(Privilege, KeepsArgumentsWhole)
{
    become(deploy, runsIt);
    EXPECT_EQ(run("priv printf '<%s>' 'a b' '$(x)' ''").output, "as root\n<a b><$(x)><>");
}

}
