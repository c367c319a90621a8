#include "ui/dialogs/profiledialog.h"

#include "ui/panels/parts.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

enum Column { NameColumn, TargetColumn, UserColumn, PortColumn, KeyColumn, JumpColumn, ColumnCount };

// One column holds both kinds of target; this marks which a row is, and "local" for this machine.
constexpr auto localWord = "(this computer)"_L1;

QString targetOf(const model::ProfileHost& host)
{
    if (host.isLocal)
        return localWord;
    return QString::fromStdString(host.ssh.alias.empty() ? host.ssh.host : host.ssh.alias);
}

QLineEdit* makeField(
    const std::string& text, const QString& name, const QString& accessibleName, QWidget* parent)
{
    auto* field = new QLineEdit(QString::fromStdString(text), parent);
    field->setObjectName(name);
    field->setAccessibleName(accessibleName);
    return field;
}

QSpinBox* makeSeconds(
    base::Milliseconds value, const QString& name, const QString& accessibleName, QWidget* parent)
{
    auto* box = new QSpinBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessibleName);
    box->setRange(1, 86400);
    box->setSuffix(ProfileDialog::tr(" s"));
    box->setValue(static_cast<int>(value.count() / 1000));
    return box;
}

}

ProfileDialog::ProfileDialog(const model::Profile& profile, QWidget* parent)
    : QDialog(parent)
    , m_profile(profile)
    , m_name(makeField(profile.name, u"profileName"_s, tr("Name"), this))
    , m_url(makeField(profile.url, u"profileUrl"_s, tr("Address"), this))
    , m_resolve(makeField(profile.resolve, u"profileResolve"_s, tr("Address in place of DNS"), this))
    , m_hosts(new QTableWidget(0, ColumnCount, this))
    , m_interval(makeSeconds(profile.checks.interval, u"profileInterval"_s, tr("Watch interval"), this))
    , m_timeout(makeSeconds(profile.checks.timeout, u"profileTimeout"_s, tr("Time limit of a check"), this))
    , m_control(makeField(
          profile.checks.controlTarget.value_or(""), u"profileControl"_s, tr("Control target"), this))
    , m_problem(makePlainLabel({}, this))
{
    setObjectName(u"profileDialog"_s);
    setWindowTitle(tr("Profile"));
    setWindowModality(Qt::WindowModal);
    setAttribute(Qt::WA_DeleteOnClose);
    resize(780, 520);
    m_resolve->setPlaceholderText(tr("asked from DNS"));
    m_control->setPlaceholderText(
        tr("none; host:port that is contacted to tell whether this computer is online"));
    m_hosts->setObjectName(u"profileHosts"_s);
    m_hosts->setAccessibleName(tr("Servers"));
    m_hosts->setHorizontalHeaderLabels(
        { tr("Name"), tr("ssh alias or host"), tr("User"), tr("Port"), tr("Key file"), tr("Jump") });
    m_hosts->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_hosts->verticalHeader()->hide();
    m_hosts->setTabKeyNavigation(false);
    for (const model::ProfileHost& host : profile.hosts)
        addHost(host);
    auto* add = new QPushButton(tr("Add server"), this);
    add->setObjectName(u"profileAddHost"_s);
    add->setAccessibleName(add->text());
    auto* remove = new QPushButton(tr("Remove server"), this);
    remove->setObjectName(u"profileRemoveHost"_s);
    remove->setAccessibleName(remove->text());
    connect(add, &QPushButton::clicked, this, [this] {
        addHost({});
        m_hosts->setCurrentCell(m_hosts->rowCount() - 1, TargetColumn);
        m_hosts->setFocus();
    });
    connect(remove, &QPushButton::clicked, this, [this] { m_hosts->removeRow(m_hosts->currentRow()); });
    m_problem->setObjectName(u"profileProblem"_s);
    m_problem->setProperty("role", u"problem"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(14);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Address of the site"), m_url);
    form->addRow(tr("&Fixed address"), m_resolve);
    auto* rowButtons = new QHBoxLayout;
    rowButtons->addWidget(add);
    rowButtons->addWidget(remove);
    rowButtons->addStretch();
    auto* checks = new QFormLayout;
    checks->setHorizontalSpacing(14);
    checks->addRow(tr("&Watch every"), m_interval);
    checks->addRow(tr("&Give up after"), m_timeout);
    checks->addRow(tr("&Control target"), m_control);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setObjectName(u"profileOk"_s);
    buttons->button(QDialogButtonBox::Cancel)->setObjectName(u"profileCancel"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(10);
    layout->addLayout(form);
    layout->addWidget(makeCaption(tr("SERVERS"), this));
    layout->addWidget(m_hosts, 1);
    layout->addLayout(rowButtons);
    layout->addLayout(checks);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ProfileDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ProfileDialog::addHost(const model::ProfileHost& host)
{
    const int row = m_hosts->rowCount();
    m_hosts->insertRow(row);
    const QStringList texts { QString::fromStdString(host.name.value()), targetOf(host),
        QString::fromStdString(host.ssh.user), host.ssh.port ? QString::number(*host.ssh.port) : QString(),
        QString::fromStdString(host.ssh.identityFile), QString::fromStdString(host.ssh.jump) };
    for (int column = 0; column < ColumnCount; ++column)
        m_hosts->setItem(row, column, new QTableWidgetItem(texts[column]));
    // Whether the target is an alias of the ssh config or a host by itself stays as it was.
    m_hosts->item(row, TargetColumn)->setData(Qt::UserRole, !host.ssh.host.empty());
}

model::Profile ProfileDialog::profile() const
{
    model::Profile result = m_profile;
    result.name = m_name->text().trimmed().toStdString();
    result.url = m_url->text().trimmed().toStdString();
    result.resolve = m_resolve->text().trimmed().toStdString();
    result.checks.interval = std::chrono::seconds(m_interval->value());
    result.checks.timeout = std::chrono::seconds(m_timeout->value());
    const QString control = m_control->text().trimmed();
    result.checks.controlTarget = control.isEmpty() ? std::nullopt : std::optional(control.toStdString());
    result.hosts.clear();
    for (int row = 0; row < m_hosts->rowCount(); ++row) {
        const auto text = [&](int column) { return m_hosts->item(row, column)->text().trimmed(); };
        const QString target = text(TargetColumn);
        model::ProfileHost host;
        host.name = base::HostId((text(NameColumn).isEmpty() ? target : text(NameColumn)).toStdString());
        host.isLocal = target == localWord;
        if (!host.isLocal)
            (m_hosts->item(row, TargetColumn)->data(Qt::UserRole).toBool() ? host.ssh.host : host.ssh.alias)
                = target.toStdString();
        host.ssh.user = text(UserColumn).toStdString();
        host.ssh.identityFile = text(KeyColumn).toStdString();
        host.ssh.jump = text(JumpColumn).toStdString();
        bool isNumber = false;
        const ushort port = text(PortColumn).toUShort(&isNumber);
        if (isNumber && port > 0)
            host.ssh.port = port;
        result.hosts.push_back(std::move(host));
    }
    return result;
}

QString ProfileDialog::problem() const
{
    if (m_url->text().trimmed().isEmpty())
        return tr("The address of the site is missing.");
    if (m_hosts->rowCount() == 0)
        return tr("At least one server is needed.");
    QSet<QString> names;
    for (int row = 0; row < m_hosts->rowCount(); ++row) {
        const QString target = m_hosts->item(row, TargetColumn)->text().trimmed();
        const QString port = m_hosts->item(row, PortColumn)->text().trimmed();
        if (target.isEmpty())
            return tr("Server %1 has no ssh alias or host.").arg(row + 1);
        if (!port.isEmpty() && port.toUShort() == 0)
            return tr("Server %1: a port is a number from 1 to 65535.").arg(row + 1);
        const QString name = m_hosts->item(row, NameColumn)->text().trimmed();
        const QString key = name.isEmpty() ? target : name;
        if (names.contains(key))
            return tr("Two servers are called “%1”.").arg(key);
        names.insert(key);
    }
    return {};
}

void ProfileDialog::accept()
{
    const QString text = problem();
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
    if (text.isEmpty())
        QDialog::accept();
}

}
