#include "core/ssh/sshhost.h"

#include "core/ssh/connection.h"
#include "core/ssh/remoteshell.h"

namespace hopscope::ssh {
namespace {

    /// A connection that was good before and takes longer for a channel is dead.
    constexpr base::Milliseconds longestReopening { 3000 };

    class SshHost final : public exec::ShellHost {
    public:
        SshHost(const model::ProfileHost& host, const std::vector<model::ProfileHost>& all, SshSettings settings,
            std::shared_ptr<Interaction> interaction)
            : m_host(host)
            , m_all(all)
            , m_settings(std::move(settings))
            , m_interaction(std::move(interaction))
        {
        }

        base::Result<std::unique_ptr<exec::ShellChannel>> open(
            model::HostSession& session, std::stop_token stop, exec::Deadline deadline) override
        {
            const exec::StopSignal signal(stop);
            const Patience patience { signal, deadline };
            session.host = m_host.name;
            if (m_link) {
                auto shell = RemoteShell::open(m_link, m_host.name.value(), patience.atMost(longestReopening));
                if (shell || stop.stop_requested() || patience.isOver())
                    return shell;
                m_link.reset();
            }
            const auto route = routeTo(m_host, m_all, m_settings);
            if (!route)
                return base::failure(route.error());
            const auto asked = deadline.asked();
            auto link = connectAlong(*route, *m_interaction, session, stop, patience);
            // The answers are known now, or are asked for once more: a person who looked up a fingerprint first has
            // done nothing wrong.
            if (!link && link.error().code == base::ErrorCode::Disconnected && deadline.asked() - asked >= shortestTooLate)
                link = connectAlong(*route, *m_interaction, session, stop, patience);
            if (!link)
                return base::failure(link.error());
            m_link = std::move(*link);
            return RemoteShell::open(m_link, m_host.name.value(), patience);
        }

    private:
        const model::ProfileHost m_host;
        const std::vector<model::ProfileHost> m_all;
        const SshSettings m_settings;
        const std::shared_ptr<Interaction> m_interaction;
        std::shared_ptr<Link> m_link; ///< shared with its shells
    };

}

std::unique_ptr<exec::ShellHost> makeSshHost(const model::ProfileHost& host,
    const std::vector<model::ProfileHost>& all, const SshSettings& settings, std::shared_ptr<Interaction> interaction)
{
    if (!interaction)
        interaction = std::make_shared<NoInteraction>();
    return std::make_unique<SshHost>(host, all, settings, std::move(interaction));
}

}
