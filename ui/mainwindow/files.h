#pragma once

#include "core/base/result.h"
#include "core/run/run.h"
#include "ui/dialogs/dialogs.h"
#include "ui/run/background.h"
#include "ui/theme/theme.h"

#include <QObject>

#include <functional>
#include <memory>

namespace hopscope::ui {

/// Profiles, recordings and exports, to and from files: read and written off the window's thread. What fails is said in
/// a dialog, and changes nothing.
class Files : public QObject {
    Q_OBJECT

public:
    /// `catalogue` diagnoses recordings; null: they can't be opened.
    Files(Dialogs& dialogs, std::shared_ptr<const faults::Catalogue> catalogue, QObject* parent = nullptr);

    /// A profile, or a recording (a bundle of `hopscope collect`), told apart by its first bytes.
    void open(const QString& path);
    /// What is being opened; empty: nothing.
    const QString& opening() const { return m_opening; }
    void cancelOpening();

    /// With what `seen`, a run of this profile, is to be remembered by (none: null). `saved` gets what was written.
    void saveProfile(const model::Profile& profile, const QString& path, const std::shared_ptr<const run::Snapshot>& seen,
        const std::function<void(const model::Profile&)>& saved);
    void saveRecording(const std::shared_ptr<const run::Snapshot>& snapshot, const QString& path);
    void exportAnswer(const std::shared_ptr<const run::Snapshot>& snapshot, const ExportChoice& choice,
        const Theme& theme);

Q_SIGNALS:
    void profileOpened(const hopscope::model::Profile& profile, const QString& path);
    void recordingOpened(const std::shared_ptr<const hopscope::run::Snapshot>& snapshot, const QString& path);
    /// Something begins or ends to be opened.
    void openingChanged();
    /// A file is written; `text` says so.
    void written(const QString& text);

private:
    void endOpening();
    void write(const std::function<base::Result<void>()>& work, const QString& problem,
        const std::function<void()>& then);
    void complain(const QString& title, const base::Error& error);

    Dialogs& m_dialogs;
    std::shared_ptr<const faults::Catalogue> m_catalogue;
    QString m_opening;
    Background m_reading;
    Background m_writing;
};

}
