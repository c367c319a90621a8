#pragma once

#include "ui/dialogs/dialogs.h"
#include "ui/run/runner.h"

#include <QStringList>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace hopscope::test {

/// Answers every dialog by itself, as told, and keeps what was asked.
class FakeDialogs final : public ui::Dialogs {
public:
    void askHostKey(const ssh::Interaction::HostKeyQuestion& question, Answer<bool> answer) override;
    void askSecret(
        const ssh::Interaction::SecretQuestion& question, Answer<std::optional<std::string>> answer) override;
    void dismissLoginQuestions() override { ++dismissals; }
    void askFileToOpen(const QString& title, const QString& filter, Answer<QString> answer) override;
    void askFileToSave(const QString& title, const QString& suggestion, const QString& filter,
        Answer<QString> answer) override;
    void askExport(const QString& suggestion, const QString& filter,
        Answer<std::optional<ui::ExportChoice>> answer) override;
    void askAboutUnsaved(const QString& profile, Answer<ui::UnsavedAnswer> answer) override;
    void editProfile(const model::Profile& profile, Answer<std::optional<model::Profile>> answer) override;
    void showError(const QString& title, const QString& text) override;
    void showAbout() override { asked << QStringLiteral("about"); }
    void showHelp() override { asked << QStringLiteral("help"); }

    // what to answer
    std::optional<bool> hostKeyAnswer; ///< empty: the dialog stays open
    std::optional<std::string> secretAnswer;
    QString path;
    ui::Redaction redaction = ui::Redaction::None;
    ui::UnsavedAnswer unsavedAnswer = ui::UnsavedAnswer::Cancel;
    std::optional<model::Profile> editedProfile;
    // what was asked
    QStringList asked;
    QStringList errors;
    int dismissals = 0;
};

/// A run that plays snapshots, step by step as the test lets it, or hangs as a host that hangs does.
class FakeRuns {
public:
    enum class Ending {
        Ends, ///< after its snapshots
        HangsUntilStop, ///< and then ends at once
        IgnoresStop, ///< until the test lets it go
    };

    /// What the next runs play.
    std::vector<std::shared_ptr<const run::Snapshot>> snapshots;
    Ending ending = Ending::Ends;
    /// Asked on the run's thread before the snapshots are played.
    std::function<void(ssh::Interaction&)> question;

    ui::RunnerFactory factory();
    int runsStarted() const;
    std::vector<model::Profile> profiles() const;
    /// Ends what ignores its stop.
    void release();

private:
    friend class FakeRunner;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_isReleased = false;
    std::vector<model::Profile> m_profiles;
};

}
