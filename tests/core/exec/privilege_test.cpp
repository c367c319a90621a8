#include "core/exec/script.h"
#include "core/exec/scriptrunner.h"
#include "tests/core/exec/variantshell.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <algorithm>

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
        const std::string uid = id.substr(4, id.find('(') - 4);
        program("id", "[ -z \"$SUDO_USER\" ] || { echo 'uid=0(root) gid=0(root)'; exit; }\n[ \"$1\" != -u ] || { echo " + uid
                + "; exit; }\necho '" + id + "'");
        if (!sudo.empty())
            program("sudo", "echo \"$*\" >>" + m_folder.file("asked") + "\n" + sudo);
        m_runner = exec::makeScriptRunner(base::HostId("me"),
            std::make_unique<test::VariantShell>(
                std::vector<std::string> {
                    "/bin/sh", "-c", "PATH=" + m_folder.path() + ":$PATH HOME=/home/deploy KUBECONFIG=; " + exec::shellCommand() },
                ""));
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

/// The same for a shell: from then on `id` says root.
const std::string raises = std::string("SUDO_USER=deploy; export SUDO_USER\n") + runsIt;

/// sudo's own word where it starts nothing.
const char* const refuses = "echo 'sudo: a password is required' >&2; exit 1";

TEST_F(Privilege, RunsAsItIsForRoot)
{
    become("uid=0(root) gid=0(root)", "echo never");
    EXPECT_EQ(run("priv echo hello; echo $HOPSCOPE_PRIV $HOPSCOPE_USER").output, "hello\nroot root\n");
    EXPECT_EQ(asked(), "");
}

TEST_F(Privilege, RaisesItsShellOnceWhereAllIsAllowed)
{
    become(deploy, raises);
    EXPECT_EQ(run("priv echo hello; id; echo $HOPSCOPE_PRIV $HOPSCOPE_USER $HOPSCOPE_HOME").output,
        "hello\nuid=0(root) gid=0(root)\nsudo deploy /home/deploy\n");
    run("priv echo again");
    EXPECT_THAT(asked(), HasSubstr("-n -- /bin/sh -c "));
    const std::string all = asked();
    EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 1);
}

TEST_F(Privilege, RunsBySudoOnlyWhatIsAllowedWhereSomeIs)
{
    become(deploy,
        std::string("case \"$*\" in '-n -- /bin/sh'*) ") + refuses
            + ";; '-n -l') exit 0;; '-n -l -- echo'*) exit 0;; '-n -l'*) exit 1;; esac\n" + runsIt);
    EXPECT_EQ(run("priv echo hello; priv printf 'plain\\n'; echo $HOPSCOPE_PRIV").output, "as root\nhello\nplain\nask\n");
}

TEST_F(Privilege, RunsUnprivilegedWithoutSudo)
{
    become(deploy, refuses);
    EXPECT_EQ(run("priv echo hello; echo $HOPSCOPE_PRIV").output, "hello\nnone\n");
}

TEST_F(Privilege, SaysInADenialThatSudoIsNotAllowed)
{
    become(deploy, refuses);
    EXPECT_EQ(run("denied 'permission denied'").outcome,
        model::Outcome(model::outcome::Denied { "permission denied; sudo -n is not allowed for deploy" }));
}

TEST_F(Privilege, CallsAPasswordQuestionADenial)
{
    become(deploy, std::string("case \"$*\" in '-n -l'*) exit 0;; esac\n") + refuses);
    EXPECT_TRUE(std::holds_alternative<model::outcome::Denied>(run("priv echo hello").outcome));
}

TEST_F(Privilege, RunsAsAnotherUserWhereSudoAllowsIt)
{
    become(deploy, std::string("case \"$*\" in '-n -- /bin/sh'*) ") + refuses + ";; '-n -l'*) exit 0;; esac\n" + runsIt);
    EXPECT_EQ(run("as www-data echo hello").output, "as www-data\nhello\n");
    EXPECT_EQ(run("as deploy echo hello").output, "hello\n");
}

TEST_F(Privilege, DoesNotRunAsAnotherUserWithoutLeave)
{
    become(deploy, refuses);
    const auto result = run("as www-data echo hello; echo after");
    EXPECT_EQ(result.outcome,
        model::Outcome(model::outcome::Denied { "may not run a command as www-data; sudo -n is not allowed for deploy" }));
    EXPECT_EQ(result.output, "");
}

TEST_F(Privilege, KeepsArgumentsWhole)
{
    become(deploy, std::string("case \"$*\" in '-n -- /bin/sh'*) ") + refuses + ";; '-n -l'*) exit 0;; esac\n" + runsIt);
    EXPECT_EQ(run("priv printf '<%s>' 'a b' '$(x)' ''").output, "as root\n<a b><$(x)><>");
}

}
