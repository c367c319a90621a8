#include "tests/servers/ssh/fixture.h"

namespace hopscope::test {

exec::CheckSpec check(const std::string& shell)
{
    exec::CheckSpec spec;
    spec.check = base::CheckId("check");
    spec.command = shell;
    spec.shell = shell;
    return spec;
}

bool ScriptedInteraction::acceptNewHostKey(const HostKeyQuestion& question)
{
    hostKeyQuestions.push_back(question);
    return acceptsHostKeys;
}

std::optional<std::string> ScriptedInteraction::secret(const SecretQuestion& question)
{
    secretQuestions.push_back(question);
    if (answers.empty())
        return std::nullopt;
    std::string answer = answers.front();
    answers.erase(answers.begin());
    return answer;
}

model::ProfileHost SshTest::hostFor(const Sshd& server, const std::string& name) const
{
    model::ProfileHost host;
    host.name = base::HostId(name);
    host.ssh.host = "127.0.0.1";
    host.ssh.port = server.port();
    host.ssh.user = server.user();
    host.ssh.identityFile = server.identityFile();
    return host;
}

ssh::SshSettings SshTest::settingsFor(const Sshd& server) const
{
    ssh::SshSettings settings;
    settings.configFile = m_folder.write("empty_config", "IdentityAgent none\n");
    settings.knownHostsFile = server.knownHosts();
    return settings;
}

std::unique_ptr<exec::CommandRunner> SshTest::runner(
    const model::ProfileHost& host, const ssh::SshSettings& settings, const std::vector<model::ProfileHost>& all)
{
    return exec::makeScriptRunner(host.name, ssh::makeSshHost(host, all, settings, m_interaction));
}

model::HostSession SshTest::open(exec::CommandRunner& runner, std::chrono::milliseconds time)
{
    return runner.open({}, Clock::now() + time);
}

std::vector<model::CheckResult> SshTest::run(
    exec::CommandRunner& runner, const exec::CheckBatch& batch, std::chrono::milliseconds time)
{
    std::vector<model::CheckResult> results;
    runner.run(
        batch, [&](model::CheckResult result) { results.push_back(std::move(result)); }, {}, Clock::now() + time);
    return results;
}

void SshTest::expectWorks(
    const model::ProfileHost& host, const ssh::SshSettings& settings, const std::vector<model::ProfileHost>& all)
{
    const auto commands = runner(host, settings, all);
    const auto session = open(*commands);
    ASSERT_FALSE(session.error) << session.error->text() << " / " << session.error->advice;
    const auto results = run(*commands, { check("echo out; echo error >&2") });
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].output, "out\n");
    EXPECT_EQ(results[0].errorOutput, "error\n");
}

base::Error SshTest::expectError(
    const model::ProfileHost& host, const ssh::SshSettings& settings, std::chrono::milliseconds time)
{
    const auto commands = runner(host, settings);
    const auto session = open(*commands, time);
    EXPECT_TRUE(session.error);
    return session.error.value_or(base::Error {});
}

}
