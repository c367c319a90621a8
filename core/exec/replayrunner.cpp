#include "core/exec/replayrunner.h"

#include <map>
#include <tuple>

namespace hopscope::exec {
namespace {

    class ReplayRunner final : public CommandRunner {
    public:
        ReplayRunner(base::HostId host, std::shared_ptr<const model::Capture> capture)
            : m_host(std::move(host))
            , m_capture(std::move(capture))
        {
        }

        model::HostSession open(std::stop_token, Deadline) override
        {
            for (const model::HostSession& session : m_capture->sessions) {
                if (session.host == m_host)
                    return session;
            }
            model::HostSession missing;
            missing.host = m_host;
            missing.error = base::Error { base::ErrorCode::NotFound, "replay", m_host.value(),
                "the recording holds nothing of this host", "" };
            return missing;
        }

        void run(const CheckBatch& batch, const std::function<void(model::CheckResult)>& sink, std::stop_token,
            Deadline) override
        {
            for (const CheckSpec& spec : batch)
                sink(answer(spec));
        }

    private:
        model::CheckResult answer(const CheckSpec& spec)
        {
            std::size_t& given = m_given[{ spec.check.value(), spec.subject, spec.container }];
            const model::CheckResult* last = nullptr;
            std::size_t count = 0;
            for (const model::CheckResult& recorded : m_capture->checks) {
                if (recorded.host != m_host || recorded.check != spec.check || recorded.subject != spec.subject
                    || recorded.container != spec.container)
                    continue;
                last = &recorded;
                if (count++ == given)
                    break;
            }
            if (last) {
                ++given;
                return *last;
            }
            model::CheckResult missing;
            missing.host = m_host;
            missing.check = spec.check;
            missing.subject = spec.subject;
            missing.container = spec.container;
            missing.command = spec.command;
            missing.outcome = model::outcome::Skipped { "not in the recording" };
            return missing;
        }

        const base::HostId m_host;
        const std::shared_ptr<const model::Capture> m_capture;
        std::map<std::tuple<std::string, std::string, std::string>, std::size_t> m_given;
    };

}

std::unique_ptr<CommandRunner> makeReplayRunner(base::HostId host, std::shared_ptr<const model::Capture> capture)
{
    return std::make_unique<ReplayRunner>(std::move(host), std::move(capture));
}

}
