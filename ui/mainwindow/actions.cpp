// What the main window offers: its actions, and where they stand.
#include "ui/dialogs/dialogs.h"
#include "ui/dialogs/sessionsecrets.h"
#include "ui/mainwindow/files.h"
#include "ui/mainwindow/mainwindow.h"
#include "ui/mainwindow/settings.h"
#include "ui/run/runcontroller.h"

#include <QActionGroup>
#include <QMenuBar>
#include <QSettings>
#include <QToolBar>
#include <QToolButton>

#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

QAction* MainWindow::addAction(const QString& name, const QString& icon, const QString& text,
    const QKeySequence& shortcut, const std::function<void()>& run)
{
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    action->setProperty("iconName", icon);
    const QString plain = QString(text).remove('&'_L1);
    action->setToolTip(
        shortcut.isEmpty() ? plain : tr("%1 (%2)").arg(plain, shortcut.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, run);
    QMainWindow::addAction(action);
    m_actions[name] = action;
    return action;
}

void MainWindow::makeActions()
{
    addAction(u"actionNew"_s, u"action/new"_s, tr("&New"), QKeySequence::New,
        [this] { withSavedChanges([this] { showStartPage(); }); });
    addAction(u"actionOpen"_s, u"action/open"_s, tr("&Open…"), QKeySequence::Open, [this] { open(); });
    addAction(u"actionSave"_s, u"action/save"_s, tr("&Save"), QKeySequence::Save, [this] { save(); });
    addAction(u"actionSaveAs"_s, {}, tr("Save &as…"), QKeySequence(u"Ctrl+Shift+S"_s), [this] { saveAs(); });
    addAction(u"actionEdit"_s, u"action/edit"_s, tr("Edit &profile…"), QKeySequence(Qt::Key_F2),
        [this] { editProfile(); });
    addAction(u"actionRecheck"_s, u"action/recheck"_s, tr("&Re-check"), QKeySequence(Qt::Key_F5),
        [this] { recheck(); });
    QAction* watch = addAction(u"actionWatch"_s, u"action/watch"_s, tr("&Watch"), QKeySequence(Qt::Key_F6),
        [this] { scheduleNextCheck(); });
    watch->setCheckable(true);
    addAction(u"actionCancel"_s, u"action/cancel"_s, tr("&Cancel"), QKeySequence(Qt::Key_Escape),
        [this] {
            m_files->cancelOpening();
            m_loginTest->cancel();
            m_controller->cancel();
        });
    addAction(u"actionForgetSecrets"_s, {}, tr("&Forget passwords"), {}, [this] {
        m_secrets->clear();
        m_note = tr("Passwords and passphrases of this session are forgotten");
        refresh();
    });
    addAction(u"actionSaveRecording"_s, {}, tr("Save recordin&g…"), {}, [this] { saveRecording(); });
    addAction(u"actionExport"_s, u"action/export"_s, tr("&Export…"), QKeySequence(u"Ctrl+E"_s),
        [this] { exportAnswer(); });
    addAction(u"actionCopySummary"_s, u"action/copy"_s, tr("Copy su&mmary"), QKeySequence(u"Ctrl+Shift+C"_s),
        [this] { copySummary(); });
    addAction(u"actionToggleTheme"_s, u"action/theme"_s, tr("&Dark or light"), QKeySequence(u"Ctrl+T"_s),
        [this] { setThemeChoice(theme().isDark ? ThemeChoice::Light : ThemeChoice::Dark); });
    addAction(u"actionQuit"_s, {}, tr("&Quit"), QKeySequence::Quit, [this] { close(); });
    addAction(u"actionHelp"_s, {}, tr("&Help"), QKeySequence::HelpContents, [this] { m_dialogs.showHelp(); });
    addAction(u"actionAbout"_s, {}, tr("&About and licence"), {}, [this] { m_dialogs.showAbout(); });
}

void MainWindow::makeMenus()
{
    const auto add = [this](QMenu* menu, std::initializer_list<const char*> names) {
        for (const char* name : names)
            if (*name)
                menu->addAction(m_actions.at(QString::fromLatin1(name)));
            else
                menu->addSeparator();
    };
    QMenu* file = menuBar()->addMenu(tr("&File"));
    add(file, { "actionNew", "actionOpen" });
    m_recentMenu = file->addMenu(tr("&Recent"));
    m_recentMenu->setObjectName(u"recentMenu"_s);
    connect(file, &QMenu::aboutToShow, this, [this] {
        m_recentMenu->setEnabled(!m_dependencies.settings->value(recentKey).toStringList().isEmpty());
    });
    connect(m_recentMenu, &QMenu::aboutToShow, this, [this] {
        m_recentMenu->clear();
        for (const QString& path : m_dependencies.settings->value(recentKey).toStringList())
            m_recentMenu->addAction(QString(path).replace('&'_L1, "&&"_L1), this,
                [this, path] { withSavedChanges([this, path] { openFile(path); }); });
    });
    add(file,
        { "", "actionSave", "actionSaveAs", "actionEdit", "", "actionExport", "actionCopySummary",
            "actionSaveRecording", "", "actionQuit" });
    add(menuBar()->addMenu(tr("&Check")), { "actionRecheck", "actionWatch", "actionCancel", "", "actionForgetSecrets" });
    QMenu* themes = menuBar()->addMenu(tr("&View"))->addMenu(tr("&Theme"));
    m_themeActions = new QActionGroup(this);
    const std::initializer_list<std::pair<ThemeChoice, QString>> choices { { ThemeChoice::System,
                                                                               tr("As the &system") },
        { ThemeChoice::Light, tr("&Light") }, { ThemeChoice::Dark, tr("&Dark") } };
    for (const auto& [choice, text] : choices) {
        QAction* action = themes->addAction(text, this, [this, choice] { setThemeChoice(choice); });
        action->setObjectName(u"theme-"_s + themeName(choice));
        action->setCheckable(true);
        action->setChecked(choice == m_themeChoice);
        m_themeActions->addAction(action);
    }
    add(menuBar()->addMenu(tr("&Help")), { "actionHelp", "actionAbout" });
}

void MainWindow::makeToolBar()
{
    QToolBar* bar = addToolBar(tr("Tools"));
    bar->setObjectName(u"toolBar"_s);
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize({ 17, 17 });
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    for (const char* name : { "actionNew", "actionOpen", "actionSave", "actionEdit", "", "actionRecheck",
             "actionWatch", "actionCancel", "", "actionExport", "actionCopySummary" }) {
        if (*name)
            bar->addAction(m_actions.at(QString::fromLatin1(name)));
        else
            bar->addSeparator();
    }
    auto* room = new QWidget(bar);
    room->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(room);
    bar->addAction(m_actions.at(u"actionToggleTheme"_s));
    for (QToolButton* button : bar->findChildren<QToolButton*>()) {
        button->setFocusPolicy(Qt::TabFocus);
        if (const QAction* action = button->defaultAction()) {
            button->setObjectName(QString(action->objectName()).replace("action"_L1, "tool"_L1));
            button->setAccessibleName(QString(action->text()).remove('&'_L1));
        }
    }
    applyTheme();
}

}
