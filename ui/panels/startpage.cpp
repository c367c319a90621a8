#include "ui/panels/startpage.h"

#include "core/profile/profilefile.h"
#include "ui/panels/parts.h"
#include "ui/text/words.h"
#include "ui/theme/icons.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QFileInfo>
#include <QFormLayout>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QStringListModel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QLineEdit* makeField(
    const QString& name, const QString& accessibleName, const QString& example, QWidget* parent)
{
    auto* field = new QLineEdit(parent);
    field->setObjectName(name);
    field->setAccessibleName(accessibleName);
    field->setPlaceholderText(example);
    return field;
}

QLabel* makeFieldLabel(const QString& text, QWidget* buddy, QWidget* parent)
{
    QLabel* label = makePlainLabel(text, parent);
    label->setBuddy(buddy);
    label->setProperty("role", u"fieldLabel"_s);
    return label;
}

// People type "shop.example": the scheme that users meet is https.
std::string completedUrl(const QString& typed)
{
    const QString url = typed.trimmed();
    return (url.isEmpty() || url.contains("://"_L1) ? url : "https://"_L1 + url).toStdString();
}

}

StartPage::StartPage(QWidget* parent)
    : QWidget(parent)
    , m_aliases(new QStringListModel(this))
{
    setObjectName(u"startPage"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(28);
    columns->addWidget(makeForm(), 3);
    columns->addWidget(makeSide(), 2, Qt::AlignTop);
    auto* middle = new QWidget(this);
    middle->setMaximumWidth(980);
    middle->setLayout(columns);
    columns->setContentsMargins(0, 0, 0, 0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(36, 24, 36, 24);
    layout->addStretch(2);
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(middle, 100);
    centred->addStretch(1);
    layout->addLayout(centred);
    layout->addStretch(3);
    addDestination();
}

QWidget* StartPage::makeForm()
{
    auto* card = new QFrame(this);
    card->setProperty("role", u"formCard"_s);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(30, 28, 30, 28);
    layout->setSpacing(8);

    auto* title = new QHBoxLayout;
    title->setSpacing(14);
    auto* sign = new QLabel(card);
    sign->setPixmap(logo(44, devicePixelRatioF()));
    title->addWidget(sign);
    title->addWidget(new WrappedText(tr("Which hop fails?"), WrappedText::Look::Headline, card), 1);
    layout->addLayout(title);
    layout->addWidget(
        new WrappedText(tr("Give the address that fails and a server behind it. Hopscope logs in over SSH, "
                           "only looks, and says which hop breaks, why, and what to do first."),
            WrappedText::Look::Muted, card));
    layout->addSpacing(10);

    m_url = makeField(u"urlField"_s, tr("Address of the site"), u"https://shop.example/"_s, card);
    layout->addWidget(makeFieldLabel(tr("&Address of the site"), m_url, card));
    layout->addWidget(m_url);
    layout->addSpacing(6);
    QLabel* label = makeFieldLabel(tr("&Servers behind it, as you would give them to ssh"), nullptr, card);
    label->setObjectName(u"destinationLabel"_s);
    layout->addWidget(label);
    m_destinationRows = new QVBoxLayout;
    m_destinationRows->setSpacing(6);
    layout->addLayout(m_destinationRows);
    auto* more = new QPushButton(tr("+ Another server"), card);
    more->setObjectName(u"addDestination"_s);
    more->setAccessibleName(tr("Add another server"));
    more->setProperty("role", u"link"_s);
    connect(more, &QPushButton::clicked, this, [this] {
        addDestination();
        m_destinations.back()->setFocus();
    });
    layout->addWidget(more, 0, Qt::AlignLeft);
    layout->addWidget(makeAdvanced(card));
    m_problem = makePlainLabel({}, card);
    m_problem->setObjectName(u"startProblem"_s);
    m_problem->setProperty("role", u"problem"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    layout->addWidget(m_problem);
    layout->addSpacing(8);
    auto* diagnose = new QPushButton(tr("&Diagnose"), card);
    diagnose->setObjectName(u"diagnoseButton"_s);
    diagnose->setAccessibleName(tr("Diagnose"));
    diagnose->setProperty("role", u"primary"_s);
    diagnose->setDefault(true);
    layout->addWidget(diagnose);
    m_loginTest = new QPushButton(tr("&Test the login first"), card);
    m_loginTest->setObjectName(u"loginTestButton"_s);
    m_loginTest->setAccessibleName(tr("Test the login to the servers"));
    m_loginTest->setProperty("role", u"link"_s);
    m_loginTest->hide();
    layout->addWidget(m_loginTest, 0, Qt::AlignLeft);
    m_logins = new QWidget(card);
    m_logins->setObjectName(u"loginResults"_s);
    m_logins->setLayout(new QVBoxLayout);
    m_logins->layout()->setContentsMargins(0, 0, 0, 0);
    m_logins->hide();
    layout->addWidget(m_logins);
    connect(m_loginTest, &QPushButton::clicked, this, &StartPage::testLogin);
    connect(diagnose, &QPushButton::clicked, this, &StartPage::submit);
    connect(m_url, &QLineEdit::returnPressed, this, &StartPage::submit);
    return card;
}

FoldableSection* StartPage::makeAdvanced(QWidget* parent)
{
    auto* section = new FoldableSection(tr("Jump host, key, fixed address"), u"foldAdvanced"_s, parent);
    m_jump = makeField(u"jumpField"_s, tr("Jump host"), tr("bastion, or user@host:port"), section);
    m_identity = makeField(u"identityField"_s, tr("Key file"), u"~/.ssh/id_ed25519"_s, section);
    m_resolve
        = makeField(u"resolveField"_s, tr("Use this address in place of DNS"), u"203.0.113.7"_s, section);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(14);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->addRow(makeFieldLabel(tr("&Jump host"), m_jump, section), m_jump);
    form->addRow(makeFieldLabel(tr("&Key file"), m_identity, section), m_identity);
    form->addRow(makeFieldLabel(tr("&Fixed address"), m_resolve, section), m_resolve);
    for (const QLineEdit* field : { m_jump, m_identity, m_resolve })
        connect(field, &QLineEdit::returnPressed, this, &StartPage::submit);
    section->body().addLayout(form);
    return section;
}

QWidget* StartPage::makeSide()
{
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(makeCaption(tr("RECENT PROFILES"), side));
    m_recent = new QListWidget(side);
    m_recent->setObjectName(u"recentProfiles"_s);
    m_recent->setAccessibleName(tr("Recent profiles"));
    m_recent->setFrameShape(QFrame::NoFrame);
    m_noRecent = makePlainLabel(tr("None yet. A profile that you save is listed here."), side);
    m_noRecent->setProperty("role", u"muted"_s);
    m_noRecent->setWordWrap(true);
    layout->addWidget(m_recent);
    layout->addWidget(m_noRecent);
    auto* open = new QPushButton(tr("&Open profile or recording…"), side);
    open->setObjectName(u"openButton"_s);
    open->setAccessibleName(tr("Open profile or recording"));
    layout->addWidget(open, 0, Qt::AlignLeft);
    layout->addSpacing(14);
    m_demo = new QPushButton(tr("Try a &practice outage"), side);
    m_demo->setObjectName(u"demoButton"_s);
    m_demo->setAccessibleName(tr("Try a practice outage on this computer"));
    m_demo->hide();
    layout->addWidget(m_demo, 0, Qt::AlignLeft);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    connect(m_demo, &QPushButton::clicked, this, &StartPage::demoRequested);
    connect(m_recent, &QListWidget::itemActivated, this,
        [this](const QListWidgetItem* item) { Q_EMIT recentRequested(item->data(Qt::UserRole).toString()); });
    connect(m_recent, &QListWidget::itemClicked, this,
        [this](const QListWidgetItem* item) { Q_EMIT recentRequested(item->data(Qt::UserRole).toString()); });
    setRecentProfiles({});
    return side;
}

void StartPage::addDestination()
{
    const int number = static_cast<int>(m_destinations.size()) + 1;
    auto* field = makeField(number == 1 ? u"destinationField"_s : u"destinationField%1"_s.arg(number),
        number == 1 ? tr("Server") : tr("Server %1").arg(number),
        number == 1 ? tr("shop-edge, or deploy@203.0.113.7:22") : tr("one more server"), this);
    auto* completer = new QCompleter(m_aliases, field);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    field->setCompleter(completer);
    // Enter in the list of completions takes one; only the next Enter starts.
    connect(field, &QLineEdit::returnPressed, this, [this, completer] {
        if (!completer->popup()->isVisible())
            submit();
    });
    if (number == 1)
        if (auto* label = findChild<QLabel*>(u"destinationLabel"_s))
            label->setBuddy(field);
    if (!m_destinations.empty())
        setTabOrder(m_destinations.back(), field);
    m_destinations.push_back(field);
    m_destinationRows->addWidget(field);
}

void StartPage::setAliases(const QStringList& aliases) { m_aliases->setStringList(aliases); }

void StartPage::setRecentProfiles(const QStringList& paths)
{
    m_recent->clear();
    for (const QString& path : paths) {
        auto* item = new QListWidgetItem(QFileInfo(path).completeBaseName() + '\n'_L1 + path, m_recent);
        item->setData(Qt::UserRole, path);
    }
    // As tall as what it holds.
    int height = 6;
    for (int row = 0; row < m_recent->count(); ++row)
        height += m_recent->sizeHintForRow(row);
    m_recent->setFixedHeight(std::min(height, 260));
    m_recent->setVisible(!paths.isEmpty());
    m_noRecent->setVisible(paths.isEmpty());
}

void StartPage::setDemoVisible(bool isVisible) { m_demo->setVisible(isVisible); }

void StartPage::setDemoBusy(bool isBusy)
{
    m_demo->setEnabled(!isBusy);
    m_demo->setText(isBusy ? tr("Starting the practice servers…") : tr("Try a &practice outage"));
}

void StartPage::complain(QLineEdit* field, const QString& text)
{
    m_problem->setText(text);
    m_problem->show();
    if (field)
        field->setFocus();
}

void StartPage::setLoginTestVisible(bool isVisible) { m_loginTest->setVisible(isVisible); }

void StartPage::setLoginTest(LoginTest stage, const std::vector<model::HostSession>& sessions)
{
    // Not disabled while it runs: that would send the keyboard somewhere else.
    m_isTestingLogin = stage == LoginTest::Running;
    m_loginTest->setText(stage == LoginTest::Running ? tr("Logging in…") : tr("&Test the login first"));
    qDeleteAll(m_logins->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    for (const model::HostSession& session : sessions) {
        auto* row = new QWidget(m_logins);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(new StateBadge(session.isReachable() ? model::State::Ok : model::State::Failing,
                              session.isReachable() ? tr("in") : tr("not in"), StateBadge::Size::Small, row),
            0, Qt::AlignTop);
        const QString name = oneLine(session.host.value());
        layout->addWidget(new WrappedText(session.isReachable()
                                  ? tr("%1: logged in as %2, in %3")
                                        .arg(name, oneLine(session.user),
                                            latencyText(static_cast<double>(
                                                (session.connect + session.authenticate).count())))
                                  : tr("%1: %2\n%3\n%4")
                                        .arg(name, lostHostWords(*session.error), plainText(session.error->text()),
                                            plainText(session.error->advice))
                                        .trimmed(),
                              WrappedText::Look::Body, row),
            1);
        m_logins->layout()->addWidget(row);
    }
    m_logins->setVisible(stage != LoginTest::None && !sessions.empty());
}

void StartPage::testLogin()
{
    if (m_isTestingLogin)
        return;
    if (const auto tested = profile(false))
        Q_EMIT loginTestRequested(*tested);
}

void StartPage::submit()
{
    if (const auto diagnosed = profile(true))
        Q_EMIT diagnoseRequested(*diagnosed);
}

std::optional<model::Profile> StartPage::profile(bool isUrlNeeded)
{
    const auto refuse = [this](QLineEdit* field, const QString& text) {
        complain(field, text);
        return std::nullopt;
    };
    m_problem->hide();
    const bool hasUrl = !m_url->text().trimmed().isEmpty();
    if (isUrlNeeded && !hasUrl)
        return refuse(m_url, tr("Which address fails? For example https://shop.example/"));
    std::vector<std::string> destinations;
    for (const QLineEdit* field : m_destinations)
        // Several in one field are fine too.
        for (const QString& part : field->text().split(QRegularExpression(u"[\\s,]+"_s), Qt::SkipEmptyParts))
            destinations.push_back(part.toStdString());
    if (destinations.empty())
        return refuse(m_destinations.front(),
            tr("Which server is behind it? Give it as you would to ssh, or “localhost” for this computer by "
               "SSH."));
    // A login needs no address: any that is well formed will do.
    const std::string url = hasUrl ? completedUrl(m_url->text()) : std::string("http://localhost/");
    base::Result<model::Profile> profile = profile::makeProfile(url, destinations);
    if (!profile) {
        const base::Error& error = profile.error();
        return refuse(error.subject == completedUrl(m_url->text()) ? m_url : m_destinations.front(),
            plainText(error.text() + (error.advice.empty() ? "" : "\n" + error.advice)));
    }
    profile->resolve = m_resolve->text().trimmed().toStdString();
    for (model::ProfileHost& host : profile->hosts) {
        host.ssh.jump = m_jump->text().trimmed().toStdString();
        host.ssh.identityFile = m_identity->text().trimmed().toStdString();
    }
    return *profile;
}

}
