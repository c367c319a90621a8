#include "ui/mainwindow/files.h"

#include "core/history/bundle.h"
#include "core/profile/profilefile.h"
#include "core/run/healthybaseline.h"
#include "ui/export/answerfile.h"
#include "ui/text/words.h"

#include <utility>
#include <variant>

namespace hopscope::ui {

namespace {

using Opened = std::variant<model::Profile, std::shared_ptr<const run::Snapshot>>;

base::Result<Opened> contentOf(const std::string& path, const faults::Catalogue* catalogue)
{
    if (!history::isBundle(path)) {
        base::Result<model::Profile> profile = profile::loadProfile(path);
        if (!profile)
            return base::failure(profile.error());
        return Opened(std::move(*profile));
    }
    if (!catalogue)
        return base::failure({ base::ErrorCode::Unsupported, "read bundle", path, "the fault catalogue is missing", {} });
    base::Result<model::Capture> capture = history::loadBundle(path);
    if (!capture)
        return base::failure(capture.error());
    return Opened(run::replay(std::move(*capture), *catalogue));
}

}

Files::Files(Dialogs& dialogs, std::shared_ptr<const faults::Catalogue> catalogue, QObject* parent)
    : QObject(parent)
    , m_dialogs(dialogs)
    , m_catalogue(std::move(catalogue))
{
}

void Files::complain(const QString& title, const base::Error& error)
{
    m_dialogs.showError(title, plainText(error.text() + (error.advice.empty() ? "" : "\n\n" + error.advice)));
}

void Files::open(const QString& path)
{
    cancelOpening();
    m_opening = path;
    Q_EMIT openingChanged();
    m_reading.start([this, path, catalogue = m_catalogue] {
        auto content = contentOf(path.toStdString(), catalogue.get());
        return [this, path, content = std::move(content)] {
            endOpening();
            if (!content)
                return complain(tr("This file can't be opened"), content.error());
            if (const auto* profile = std::get_if<model::Profile>(&*content))
                Q_EMIT profileOpened(*profile, path);
            else
                Q_EMIT recordingOpened(std::get<std::shared_ptr<const run::Snapshot>>(*content), path);
        };
    });
}

void Files::endOpening()
{
    m_opening.clear();
    Q_EMIT openingChanged();
}

void Files::cancelOpening()
{
    if (m_opening.isEmpty())
        return;
    m_reading.drop();
    endOpening();
}

void Files::write(const std::function<base::Result<void>()>& work, const QString& problem,
    const std::function<void()>& then)
{
    m_writing.start([this, work, problem, then] {
        const base::Result<void> result = work();
        return [this, problem, then, result] { result ? then() : complain(problem, result.error()); };
    });
}

void Files::saveProfile(const model::Profile& profile, const QString& path, const std::shared_ptr<const run::Snapshot>& seen,
    const std::function<void(const model::Profile&)>& saved)
{
    const auto written = std::make_shared<model::Profile>(profile);
    write(
        [written, seen, path] {
            const bool isOfIt = seen && seen->capture && seen->capture->profile.url == written->url && seen->capture->profile.hosts == written->hosts;
            if (std::string baseline = isOfIt ? run::healthyBaseline(*seen) : std::string(); !baseline.empty())
                written->baseline = std::move(baseline);
            return profile::saveProfile(*written, path.toStdString());
        },
        tr("This profile can't be saved"), [written, saved] { saved(*written); });
}

void Files::saveRecording(const std::shared_ptr<const run::Snapshot>& snapshot, const QString& path)
{
    write([snapshot, path] { return history::saveBundle(*snapshot->capture, path.toStdString()); },
        tr("The recording can't be saved"), [this, path] { Q_EMIT written(tr("Recorded to %1").arg(path)); });
}

void Files::exportAnswer(
    const std::shared_ptr<const run::Snapshot>& snapshot, const ExportChoice& choice, const Theme& theme)
{
    // What depends on the desktop is looked up here, on the window's thread.
    const PictureOptions options { theme };
    write([snapshot, choice, options] { return writeAnswerFile(snapshot->diagnosis, choice, options); },
        tr("The export failed"), [this, choice] { Q_EMIT written(tr("Exported to %1").arg(choice.path)); });
}

}
