#pragma once

#include "core/model/profile.h"
#include "core/run/run.h"

#include <QString>

#include <functional>
#include <optional>
#include <string>

namespace hopscope::ui {

enum class UnsavedAnswer { Save, Discard, Cancel };
enum class Redaction { None, Masked };

struct ExportChoice {
    QString path;
    Redaction redaction = Redaction::None;
};

/// Every modal question of the window, as one seam: the program asks in dialogs, tests answer by themselves.
/// Each function returns at once; the answer comes by its callback, on the window's thread, exactly once.
class Dialogs {
public:
    virtual ~Dialogs() = default;

    template <class T> using Answer = std::function<void(T)>;

    virtual void askHostKey(const ssh::Interaction::HostKeyQuestion& question, Answer<bool> answer) = 0;
    virtual void askSecret(
        const ssh::Interaction::SecretQuestion& question, Answer<std::optional<std::string>> answer)
        = 0;
    /// Closes what askHostKey and askSecret opened, answering no: the run that asked is over.
    virtual void dismissLoginQuestions() = 0;

    virtual void askFileToOpen(const QString& title, const QString& filter, Answer<QString> answer) = 0;
    virtual void askFileToSave(
        const QString& title, const QString& suggestion, const QString& filter, Answer<QString> answer)
        = 0;
    virtual void askExport(
        const QString& suggestion, const QString& filter, Answer<std::optional<ExportChoice>> answer)
        = 0;
    virtual void askAboutUnsaved(const QString& profile, Answer<UnsavedAnswer> answer) = 0;
    virtual void editProfile(const model::Profile& profile, Answer<std::optional<model::Profile>> answer) = 0;
    virtual void showError(const QString& title, const QString& text) = 0;
    virtual void showAbout() = 0;
    virtual void showHelp() = 0;
};

}
