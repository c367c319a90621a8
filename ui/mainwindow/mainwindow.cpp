#include "ui/mainwindow/mainwindow.h"

#include "core/profile/sshconfig.h"
#include "core/report/texts.h"
#include "ui/dialogs/widgetdialogs.h"
#include "ui/dialogs/sessionsecrets.h"
#include "ui/export/answerfile.h"
#include "ui/mainwindow/files.h"
#include "ui/mainwindow/settings.h"
#include "ui/mainwindow/workpage.h"
#include "ui/panels/parts.h"
#include "ui/panels/startpage.h"
#include "ui/run/runcontroller.h"
#include "ui/text/words.h"
#include "ui/theme/icons.h"
#include "ui/theme/resources.h"
#include "ui/theme/statestyle.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyleFactory>
#include <QTimeZone>

#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr int mostRecent = 8;

/// "shop-production-2026-11-21-0930": the name to suggest for a file about an answer.
QString fileNameFor(const model::Diagnosis& diagnosis)
{
    static const QRegularExpression unfit(u"[^A-Za-z0-9._-]+"_s);
    QString name = oneLine(diagnosis.profile.empty() ? std::string("incident") : diagnosis.profile);
    const QDateTime moment = QDateTime::fromMSecsSinceEpoch(
        diagnosis.startedAt.time_since_epoch().count(), QTimeZone::utc());
    name += QLocale::c().toString(moment, u"-yyyy-MM-dd-HHmm"_s);
    return name.replace(unfit, u"-"_s);
}

std::string sshConfigPath(const std::string& given)
{
    return given.empty() ? QDir::home().filePath(u".ssh/config"_s).toStdString() : given;
}

}

void prepareApplication()
{
    initialiseResources();
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QApplication::setApplicationDisplayName(u"Hopscope"_s);
    QApplication::setWindowIcon(QIcon(logo(256, 1)));
}

MainWindow::MainWindow(Dependencies dependencies, QWidget* parent)
    : QMainWindow(parent)
    , m_dependencies(std::move(dependencies))
    , m_ownDialogs(m_dependencies.dialogs ? nullptr : std::make_unique<WidgetDialogs>(*this))
    , m_dialogs(m_dependencies.dialogs ? *m_dependencies.dialogs : *m_ownDialogs)
    , m_secrets(std::make_shared<SessionSecrets>())
    , m_controller(new RunController(m_dependencies.runners, m_dialogs, m_secrets, this))
    , m_loginTest(new RunController(m_dependencies.loginRunners, m_dialogs, m_secrets, this))
    , m_files(new Files(m_dialogs, m_dependencies.catalogue, this))
    , m_pages(new QStackedWidget(this))
    , m_start(new StartPage(this))
    , m_startScroll(new QScrollArea(this))
    , m_work(new WorkPage(m_dependencies.catalogue, this))
    , m_status(makePlainLabel({}, this))
    , m_nextStatus(makePlainLabel({}, this))
    , m_busy(new QProgressBar(this))
{
    setObjectName(u"mainWindow"_s);
    const QSize room = screen()->availableSize();
    resize(std::min(1320, room.width() - 20), std::min(860, room.height() - 40));
    m_themeChoice = themeNamed(m_dependencies.settings->value(themeKey).toString());
    applyTheme();
    makeActions();
    makeMenus();
    makeToolBar();
    m_startScroll->setObjectName(u"startScroll"_s);
    m_startScroll->setWidget(m_start);
    m_startScroll->setWidgetResizable(true);
    m_startScroll->setFrameShape(QFrame::NoFrame);
    m_startScroll->setFocusPolicy(Qt::NoFocus);
    m_pages->addWidget(m_startScroll);
    m_pages->addWidget(m_work);
    setCentralWidget(m_pages);
    m_status->setObjectName(u"statusText"_s);
    m_nextStatus->setObjectName(u"nextCheckText"_s);
    statusBar()->addWidget(m_status, 1);
    m_busy->setObjectName(u"openingProgress"_s);
    m_busy->setAccessibleName(tr("A file is being opened"));
    m_busy->setRange(0, 0); // how far it is can't be told
    m_busy->setTextVisible(false);
    m_busy->setFixedSize(120, 8);
    statusBar()->addPermanentWidget(m_busy);
    statusBar()->addPermanentWidget(m_nextStatus);
    statusBar()->setSizeGripEnabled(false);
    m_nextCheck.setSingleShot(true);
    m_countdown.setInterval(250);
    restoreGeometry(m_dependencies.settings->value(geometryKey).toByteArray());

    QStringList aliases;
    for (const std::string& alias :
        profile::SshConfig::load(sshConfigPath(m_dependencies.sshConfigFile)).aliases())
        aliases << oneLine(alias);
    m_start->setAliases(aliases);
    m_start->setRecentProfiles(m_dependencies.settings->value(recentKey).toStringList());
    m_start->setLoginTestVisible(static_cast<bool>(m_dependencies.loginRunners));
    m_start->setDemoVisible(static_cast<bool>(m_dependencies.startDemo));

    connect(m_start, &StartPage::diagnoseRequested, this,
        [this](const model::Profile& profile) { withSavedChanges([this, profile] { diagnose(profile); }); });
    connect(m_start, &StartPage::loginTestRequested, this, &MainWindow::testLogin);
    connect(m_loginTest, &RunController::snapshotArrived, this,
        [this](const std::shared_ptr<const run::Snapshot>& snapshot) {
            m_start->setLoginTest(m_loginTest->isRunning() && !snapshot->isFinal ? LoginTest::Running : LoginTest::Ended,
                snapshot->capture->sessions);
        });
    connect(m_loginTest, &RunController::ended, this, [this](bool wasCancelled) {
        if (wasCancelled)
            m_start->setLoginTest(LoginTest::None, {});
        refresh();
    });
    connect(m_start, &StartPage::openRequested, this, &MainWindow::open);
    connect(m_start, &StartPage::recentRequested, this,
        [this](const QString& path) { withSavedChanges([this, path] { openFile(path); }); });
    connect(m_start, &StartPage::demoRequested, this, [this] {
        m_start->setDemoBusy(true);
        m_dependencies.startDemo(*this);
    });
    connect(m_controller, &RunController::started, this, &MainWindow::runStarted);
    connect(m_controller, &RunController::snapshotArrived, this, &MainWindow::snapshotArrived);
    connect(m_controller, &RunController::ended, this, &MainWindow::runEnded);
    connect(m_files, &Files::profileOpened, this, &MainWindow::profileOpened);
    connect(m_files, &Files::recordingOpened, this,
        [this](const std::shared_ptr<const run::Snapshot>& snapshot, const QString& path) {
            rememberRecent(path);
            showRecording(snapshot, tr("Recording: %1").arg(QFileInfo(path).fileName()));
        });
    connect(m_files, &Files::openingChanged, this, &MainWindow::refresh);
    connect(m_files, &Files::written, this, [this](const QString& text) {
        m_note = text;
        refresh();
    });
    connect(m_work, &WorkPage::shownChanged, this, &MainWindow::refresh);
    connect(&m_nextCheck, &QTimer::timeout, this, &MainWindow::startRun);
    connect(&m_countdown, &QTimer::timeout, this, &MainWindow::refresh);
    showStartPage();
}

MainWindow::~MainWindow()
{
    // Their threads use the dialogs, which go before the QObject children do.
    delete m_files;
    delete m_loginTest;
    delete m_controller;
}

Theme MainWindow::theme() const
{
    switch (m_themeChoice) {
    case ThemeChoice::System:
        return Theme::of(QApplication::palette());
    case ThemeChoice::Light:
        return Theme::light();
    case ThemeChoice::Dark:
        return Theme::dark();
    }
    return Theme::light();
}

void MainWindow::setThemeChoice(ThemeChoice choice)
{
    m_themeChoice = choice;
    m_dependencies.settings->setValue(themeKey, themeName(choice));
    if (auto* action = findChild<QAction*>(u"theme-"_s + themeName(choice)))
        action->setChecked(true);
    applyTheme();
}

void MainWindow::applyTheme()
{
    m_isApplyingTheme = true;
    if (m_themeChoice == ThemeChoice::System)
        QApplication::setPalette(QPalette()); // back to the desktop's own, which theme() looks at
    const Theme now = theme();
    if (m_themeChoice != ThemeChoice::System)
        QApplication::setPalette(now.palette());
    setStyleSheet(now.styleSheet());
    for (const auto& [name, action] : m_actions)
        if (const QString icon = action->property("iconName").toString(); !icon.isEmpty())
            action->setIcon(tintedIcon(
                icon, name == "actionCancel"_L1 ? now.failing : now.textMuted, now.tint(now.textMuted, 0.4)));
    m_isApplyingTheme = false;
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange && !m_isApplyingTheme) {
        if (m_themeChoice == ThemeChoice::System)
            applyTheme();
    }
}

void MainWindow::showStartPage()
{
    m_files->cancelOpening();
    m_loginTest->cancel();
    m_controller->cancel();
    m_nextCheck.stop();
    m_document = {};
    m_demoTitle.clear();
    m_work->clear();
    m_start->setRecentProfiles(m_dependencies.settings->value(recentKey).toStringList());
    m_start->setDemoBusy(false);
    m_pages->setCurrentWidget(m_startScroll);
    m_note.clear();
    refresh();
}

void MainWindow::openFile(const QString& path) { m_files->open(path); }

void MainWindow::profileOpened(const model::Profile& profile, const QString& path)
{
    m_document.opened(profile, path);
    rememberRecent(path);
    begin({});
}

void MainWindow::diagnose(const model::Profile& profile)
{
    m_document.set(profile);
    begin({});
}

void MainWindow::openDemo(const model::Profile& profile, const QString& title, const RunnerFactory& runners)
{
    m_document.set(profile);
    begin(runners);
    m_demoTitle = title;
    refresh();
}

void MainWindow::testLogin(const model::Profile& profile)
{
    m_start->setLoginTest(LoginTest::Running, {});
    m_loginTest->start(profile);
    refresh();
}

void MainWindow::begin(const RunnerFactory& runners)
{
    m_loginTest->cancel();
    if (runners || m_hasDemoRunners)
        m_controller->useRunners(runners ? runners : m_dependencies.runners);
    m_hasDemoRunners = static_cast<bool>(runners);
    m_demoTitle.clear();
    m_work->clear();
    m_pages->setCurrentWidget(m_work);
    startRun();
}

void MainWindow::showMessage(const QString& title, const QString& text)
{
    m_start->setDemoBusy(false);
    m_dialogs.showError(title, text);
}

void MainWindow::showRecording(const std::shared_ptr<const run::Snapshot>& snapshot, const QString& title)
{
    showStartPage();
    m_demoTitle = title;
    m_pages->setCurrentWidget(m_work);
    m_work->setSnapshot(snapshot);
    m_work->focusChain();
    m_note = tr("A recording of %1").arg(timeText(snapshot->diagnosis.startedAt));
    refresh();
}

std::shared_ptr<const run::Snapshot> MainWindow::shown() const { return m_work->shown(); }

void MainWindow::withSavedChanges(const std::function<void()>& next)
{
    if (!m_document.isModified() || !m_demoTitle.isEmpty())
        return next();
    m_dialogs.askAboutUnsaved(m_document.title(), [this, next](UnsavedAnswer answer) {
        switch (answer) {
        case UnsavedAnswer::Save:
            save(next);
            break;
        case UnsavedAnswer::Discard:
            next();
            break;
        case UnsavedAnswer::Cancel:
            break;
        }
    });
}

void MainWindow::open()
{
    withSavedChanges([this] {
        m_dialogs.askFileToOpen(
            tr("Open a profile or a recording"),
            tr("Profiles and recordings (*.json *.hopscope *.bundle *.db *.sqlite);;All files (*)"),
            [this](const QString& path) {
                if (!path.isEmpty())
                    openFile(path);
            });
    });
}

void MainWindow::save(const std::function<void()>& next)
{
    if (m_document.path().isEmpty())
        return saveAs(next);
    saveTo(m_document.path(), next);
}

void MainWindow::saveAs(const std::function<void()>& next)
{
    static const QRegularExpression unfit(u"[^A-Za-z0-9._-]+"_s);
    const QString suggestion = m_document.title().replace(unfit, u"-"_s) + ".json"_L1;
    m_dialogs.askFileToSave(
        tr("Save profile"), suggestion, tr("Profiles (*.json)"), [this, next](const QString& path) {
            if (!path.isEmpty())
                saveTo(QFileInfo(path).suffix().isEmpty() ? path + ".json"_L1 : path, next);
        });
}

void MainWindow::saveTo(const QString& path, const std::function<void()>& next)
{
    m_files->saveProfile(m_document.profile(), path, shown(), [this, path, next](const model::Profile& profile) {
        m_document.saved(profile, path);
        rememberRecent(path);
        m_note = tr("Saved to %1").arg(path);
        refresh();
        if (next)
            next();
    });
}

void MainWindow::saveRecording()
{
    if (!shown() || !shown()->capture)
        return;
    m_dialogs.askFileToSave(tr("Save recording"), fileNameFor(shown()->diagnosis) + ".hopscope"_L1,
        tr("Recordings (*.hopscope)"), [this, snapshot = shown()](const QString& path) {
            if (!path.isEmpty())
                m_files->saveRecording(
                    snapshot, QFileInfo(path).suffix().isEmpty() ? path + ".hopscope"_L1 : path);
        });
}

void MainWindow::editProfile()
{
    m_dialogs.editProfile(m_document.profile(), [this](const std::optional<model::Profile>& profile) {
        if (!profile || *profile == m_document.profile())
            return;
        m_document.edit(*profile);
        m_work->clear();
        startRun();
    });
}

void MainWindow::rememberRecent(const QString& path)
{
    QStringList recent = m_dependencies.settings->value(recentKey).toStringList();
    const QString absolute = QFileInfo(path).absoluteFilePath();
    recent.removeAll(absolute);
    recent.prepend(absolute);
    while (recent.size() > mostRecent)
        recent.removeLast();
    m_dependencies.settings->setValue(recentKey, recent);
}

void MainWindow::startRun()
{
    m_nextCheck.stop();
    m_controller->start(m_document.profile());
}

void MainWindow::recheck()
{
    if (m_document.isOpen())
        startRun();
}

void MainWindow::runStarted()
{
    m_note.clear();
    m_work->begin();
    refresh();
}

void MainWindow::snapshotArrived(const std::shared_ptr<const run::Snapshot>& snapshot)
{
    m_work->setSnapshot(snapshot);
    refresh();
}

void MainWindow::runEnded(bool wasCancelled)
{
    if (wasCancelled) {
        m_work->setCancelled();
        m_note = tr("Cancelled");
        m_actions.at(u"actionWatch"_s)->setChecked(false);
    } else if (m_work->shown()) {
        const model::Diagnosis& diagnosis = m_work->shown()->diagnosis;
        m_note = tr("%1 · checked %2 in %3")
                     .arg(verdictWord(diagnosis.verdict), timeText(diagnosis.startedAt),
                         latencyText(static_cast<double>(diagnosis.duration.count())));
    }
    scheduleNextCheck();
}

void MainWindow::scheduleNextCheck()
{
    const bool isWatching = m_actions.at(u"actionWatch"_s)->isChecked() && m_document.isOpen();
    if (!isWatching)
        m_nextCheck.stop();
    else if (!m_controller->isRunning() && !m_nextCheck.isActive())
        m_nextCheck.start(m_document.profile().checks.interval);
    refresh();
}

void MainWindow::exportAnswer()
{
    if (!shown())
        return;
    m_dialogs.askExport(fileNameFor(shown()->diagnosis) + ".png"_L1, answerFileFilter(),
        [this, snapshot = shown()](const std::optional<ExportChoice>& choice) {
            if (choice)
                m_files->exportAnswer(snapshot, *choice, theme());
        });
}

void MainWindow::copySummary()
{
    if (!shown())
        return;
    QGuiApplication::clipboard()->setText(plainText(report::humanText(shown()->diagnosis)));
    m_note = tr("Summary copied");
    refresh();
}

void MainWindow::refresh()
{
    const bool isOpen = m_document.isOpen();
    const bool isRunning = m_controller->isRunning();
    const bool isDemo = !m_demoTitle.isEmpty();
    const bool hasAnswer = m_work->shown() != nullptr;
    const auto enable = [this](const char* name, bool isEnabled) {
        m_actions.at(QString::fromLatin1(name))->setEnabled(isEnabled);
    };
    enable("actionSave", isOpen && !isDemo && (m_document.isModified() || m_document.path().isEmpty()));
    enable("actionSaveAs", isOpen && !isDemo);
    enable("actionEdit", isOpen && !isDemo);
    enable("actionRecheck", isOpen && !isRunning);
    enable("actionWatch", isOpen);
    const bool isOpening = !m_files->opening().isEmpty();
    m_busy->setVisible(isOpening);
    enable("actionCancel", isRunning || isOpening || m_loginTest->isRunning());
    enable("actionSaveRecording", hasAnswer && shown()->capture);
    enable("actionForgetSecrets", !m_secrets->isEmpty());
    enable("actionExport", hasAnswer);
    enable("actionCopySummary", hasAnswer);

    const QString title = isDemo ? m_demoTitle : isOpen ? m_document.title() : QString();
    setWindowTitle(title.isEmpty() ? QString() : tr("%1[*]").arg(title.left(120)));
    setWindowModified(isOpen && !isDemo && m_document.isModified());
    if (isOpening)
        m_status->setText(tr("Opening %1…").arg(QFileInfo(m_files->opening()).fileName()));
    else if (isRunning)
        m_status->setText(
            (m_work->shown() && m_work->shown()->isFinal ? tr("Checking again… ") : tr("Checking… "))
            + m_work->progressLine());
    else
        m_status->setText(m_note);
    const bool isWaiting = m_nextCheck.isActive();
    m_nextStatus->setText(
        isWaiting ? tr("next check in %1 s").arg((m_nextCheck.remainingTime() + 999) / 1000) : QString());
    if (isWaiting != m_countdown.isActive())
        isWaiting ? m_countdown.start() : m_countdown.stop();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_isClosing && m_document.isModified() && m_demoTitle.isEmpty()) {
        event->ignore();
        withSavedChanges([this] {
            m_isClosing = true;
            // Not from within this event: Qt takes no second close while the first is under way.
            QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
        });
        return;
    }
    m_files->cancelOpening();
    m_loginTest->cancel();
    m_controller->cancel();
    m_nextCheck.stop();
    m_dependencies.settings->setValue(geometryKey, saveGeometry());
    QMainWindow::closeEvent(event);
}

}
