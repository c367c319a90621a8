#include "core/exec/localprocess.h"
#include "core/exec/script.h"
#include "core/exec/scriptrunner.h"

namespace hopscope::exec {
namespace {

    class LocalHost final : public ShellHost {
    public:
        base::Result<std::unique_ptr<ShellChannel>> open(
            model::HostSession&, std::stop_token, Deadline) override
        {
            return LocalProcess::start({ "/bin/sh", "-c", shellCommand() });
        }
    };

}

std::unique_ptr<ShellHost> makeLocalHost() { return std::make_unique<LocalHost>(); }

}
