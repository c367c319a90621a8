#include "tests/ui/support/fakes.h"

namespace hopscope::test {

void FakeDialogs::askHostKey(const ssh::Interaction::HostKeyQuestion& question, Answer<bool> answer)
{
    asked << QStringLiteral("hostKey ") + QString::fromStdString(question.host);
    if (hostKeyAnswer)
        answer(*hostKeyAnswer);
}

void FakeDialogs::askSecret(
    const ssh::Interaction::SecretQuestion& question, Answer<std::optional<std::string>> answer)
{
    asked << QStringLiteral("secret ") + QString::fromStdString(question.host);
    answer(secretAnswer);
}

void FakeDialogs::askFileToOpen(const QString& title, const QString&, Answer<QString> answer)
{
    asked << title;
    answer(path);
}

void FakeDialogs::askFileToSave(const QString& title, const QString&, const QString&, Answer<QString> answer)
{
    asked << title;
    answer(path);
}

void FakeDialogs::askExport(
    const QString& suggestion, const QString&, Answer<std::optional<ui::ExportChoice>> answer)
{
    asked << QStringLiteral("export ") + suggestion;
    answer(path.isEmpty() ? std::nullopt : std::optional(ui::ExportChoice { path, redaction }));
}

void FakeDialogs::askAboutUnsaved(const QString& profile, Answer<ui::UnsavedAnswer> answer)
{
    asked << QStringLiteral("unsaved ") + profile;
    answer(unsavedAnswer);
}

void FakeDialogs::editProfile(const model::Profile&, Answer<std::optional<model::Profile>> answer)
{
    asked << QStringLiteral("edit");
    answer(editedProfile);
}

void FakeDialogs::showError(const QString& title, const QString& text)
{
    errors << title + QStringLiteral(": ") + text;
}

class FakeRunner final : public ui::Runner {
public:
    FakeRunner(FakeRuns& runs, std::shared_ptr<ssh::Interaction> interaction)
        : m_runs(runs)
        , m_interaction(std::move(interaction))
    {
    }

    std::shared_ptr<const run::Snapshot> run(
        const model::Profile& profile, const run::SnapshotSink& sink, std::stop_token stop) override
    {
        std::vector<std::shared_ptr<const run::Snapshot>> snapshots;
        FakeRuns::Ending ending;
        {
            const std::scoped_lock lock(m_runs.m_mutex);
            m_runs.m_profiles.push_back(profile);
            snapshots = m_runs.snapshots;
            ending = m_runs.ending;
        }
        if (m_runs.question)
            m_runs.question(*m_interaction);
        for (const auto& snapshot : snapshots)
            sink(snapshot);
        std::unique_lock lock(m_runs.m_mutex);
        switch (ending) {
        case FakeRuns::Ending::Ends:
            break;
        case FakeRuns::Ending::HangsUntilStop:
            m_runs.m_wake.wait(lock, stop, [] { return false; });
            break;
        case FakeRuns::Ending::IgnoresStop:
            m_runs.m_wake.wait(lock, [this] { return m_runs.m_isReleased; });
            lock.unlock();
            // The late words of a run that nobody waits for any more.
            for (const auto& snapshot : snapshots)
                sink(snapshot);
            break;
        }
        return snapshots.empty() ? nullptr : snapshots.back();
    }

private:
    FakeRuns& m_runs;
    std::shared_ptr<ssh::Interaction> m_interaction;
};

ui::RunnerFactory FakeRuns::factory()
{
    return [this](std::shared_ptr<ssh::Interaction> interaction) {
        return std::make_unique<FakeRunner>(*this, std::move(interaction));
    };
}

int FakeRuns::runsStarted() const
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<int>(m_profiles.size());
}

std::vector<model::Profile> FakeRuns::profiles() const
{
    const std::scoped_lock lock(m_mutex);
    return m_profiles;
}

void FakeRuns::release()
{
    const std::scoped_lock lock(m_mutex);
    m_isReleased = true;
    m_wake.notify_all();
}

}
