#pragma once

#include "core/exec/scriptrunner.h"
#include "core/ssh/sshhost.h"
#include "tests/support/sshd.h"

#include <gmock/gmock.h>

#include <chrono>

namespace hopscope::test {

using Clock = std::chrono::steady_clock;

exec::CheckSpec check(const std::string& shell);

/// Answers from a list; notes what was asked.
class ScriptedInteraction final : public ssh::Interaction {
public:
    bool acceptNewHostKey(const HostKeyQuestion& question) override;
    std::optional<std::string> secret(const SecretQuestion& question) override;

    bool acceptsHostKeys = false;
    std::vector<std::string> answers; ///< taken from the front; none left: gave up
    std::vector<HostKeyQuestion> hostKeyQuestions;
    std::vector<SecretQuestion> secretQuestions;
};

/// A login by the parts of a destination and settings, and what came of it.
class SshTest : public testing::Test {
protected:
    /// A profile host that reaches the server without an ssh config.
    model::ProfileHost hostFor(const Sshd& server, const std::string& name = "server") const;
    /// Settings with the server's known_hosts and an empty ssh config.
    ssh::SshSettings settingsFor(const Sshd& server) const;

    std::unique_ptr<exec::CommandRunner> runner(const model::ProfileHost& host, const ssh::SshSettings& settings,
        const std::vector<model::ProfileHost>& all = {});
    model::HostSession open(exec::CommandRunner& runner, std::chrono::milliseconds time = std::chrono::seconds(20));
    std::vector<model::CheckResult> run(exec::CommandRunner& runner, const exec::CheckBatch& batch,
        std::chrono::milliseconds time = std::chrono::seconds(20));

    /// Opens, expects success, runs one check and expects its output.
    void expectWorks(const model::ProfileHost& host, const ssh::SshSettings& settings,
        const std::vector<model::ProfileHost>& all = {});
    /// Opens and gives the error; fails the test where there is none.
    base::Error expectError(const model::ProfileHost& host, const ssh::SshSettings& settings,
        std::chrono::milliseconds time = std::chrono::seconds(20));

    TemporaryFolder m_folder;
    std::shared_ptr<ScriptedInteraction> m_interaction = std::make_shared<ScriptedInteraction>();
};

}
