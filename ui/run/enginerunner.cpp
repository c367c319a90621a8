#include "ui/run/enginerunner.h"

#include <utility>

namespace hopscope::ui {

namespace {

class EngineRunner final : public Runner {
public:
    EngineRunner(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue,
        std::shared_ptr<ssh::Interaction> interaction)
        : m_engine(options, std::move(catalogue), std::move(interaction))
    {
    }

    std::shared_ptr<const run::Snapshot> run(
        const model::Profile& profile, const run::SnapshotSink& sink, std::stop_token stop) override
    {
        return m_engine.run(profile, sink, std::move(stop));
    }

private:
    run::Engine m_engine;
};

}

RunnerFactory engineRunners(run::Options options, std::shared_ptr<const faults::Catalogue> catalogue)
{
    return [options = std::move(options), catalogue = std::move(catalogue)](
               std::shared_ptr<ssh::Interaction> interaction) {
        return std::make_unique<EngineRunner>(options, catalogue, std::move(interaction));
    };
}

}
