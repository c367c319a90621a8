#pragma once

#include "ui/dialogs/dialogs.h"

#include <QPointer>
#include <QWidget>

#include <deque>

class QDialog;

namespace hopscope::ui {

/// The real dialogs: window-modal, without event loops of their own. Questions of logins come one after the
/// other.
class WidgetDialogs final : public Dialogs {
public:
    explicit WidgetDialogs(QWidget& window);
    ~WidgetDialogs() override;

    void askHostKey(const ssh::Interaction::HostKeyQuestion& question, Answer<bool> answer) override;
    void askSecret(
        const ssh::Interaction::SecretQuestion& question, Answer<std::optional<std::string>> answer) override;
    void dismissLoginQuestions() override;
    void askFileToOpen(const QString& title, const QString& filter, Answer<QString> answer) override;
    void askFileToSave(const QString& title, const QString& suggestion, const QString& filter,
        Answer<QString> answer) override;
    void askExport(const QString& suggestion, const QString& filter,
        Answer<std::optional<ExportChoice>> answer) override;
    void askAboutUnsaved(const QString& profile, Answer<UnsavedAnswer> answer) override;
    void editProfile(const model::Profile& profile, Answer<std::optional<model::Profile>> answer) override;
    void showError(const QString& title, const QString& text) override;
    void showAbout() override;
    void showHelp() override;

private:
    void enqueue(std::function<QDialog*()> make);
    void showNextQuestion();

    QWidget& m_window;
    std::deque<std::function<QDialog*()>> m_questions;
    QPointer<QDialog> m_openQuestion;
};

}
