#pragma once

#include "core/exec/shellchannel.h"
#include "core/ssh/link.h"

#include <memory>

namespace hopscope::ssh {

/// exec::shellCommand on a channel of a link, which several shells may share; both belong to the host's thread.
class RemoteShell final : public exec::ShellChannel {
public:
    /// Opens the channel and sends the request; its answer is read with the first output, which saves a round trip.
    static base::Result<std::unique_ptr<exec::ShellChannel>> open(
        std::shared_ptr<Link> link, const std::string& hostName, const Patience& patience);
    ~RemoteShell() override;

    base::Result<void> write(std::string_view bytes, std::stop_token stop, exec::Deadline deadline) override;
    base::Result<exec::ShellBytes> read(std::stop_token stop, exec::Deadline deadline) override;

private:
    RemoteShell(std::shared_ptr<Link> link, ChannelHandle channel, std::string hostName);
    /// Takes what has arrived. An error where the channel is of no more use.
    base::Result<void> take();
    base::Result<void> checkRequest();
    base::Error lost() const;
    base::Error error(base::ErrorCode code, std::string detail, std::string advice) const;

    std::shared_ptr<Link> m_link;
    ChannelHandle m_channel;
    const std::string m_hostName;
    bool m_isRequestPending = true;
    exec::ShellBytes m_arrived;
};

}
