#include "ui/panels/answerpanel.h"

#include "ui/panels/parts.h"
#include "ui/panels/remedycard.h"
#include "ui/text/checkwords.h"
#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QVBoxLayout* makeColumn(QWidget* owner, int spacing)
{
    auto* layout = new QVBoxLayout(owner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

void addFact(QVBoxLayout& layout, const QString& caption, const QString& value, const QString& explanation,
    QWidget* parent)
{
    auto* fact = new QWidget(parent);
    QVBoxLayout* column = makeColumn(fact, 1);
    column->addWidget(makeCaption(caption, fact));
    column->addWidget(new WrappedText(value, WrappedText::Look::Title, fact));
    if (!explanation.isEmpty())
        column->addWidget(new WrappedText(explanation, WrappedText::Look::Muted, fact));
    layout.addWidget(fact);
}

QString onsetText(const model::Diagnosis& diagnosis)
{
    if (!diagnosis.finding->onset)
        return AnswerPanel::tr("Not known: no log shows when it began");
    const base::TimePoint onset = *diagnosis.finding->onset;
    if (onset >= diagnosis.startedAt)
        return timeText(onset);
    return AnswerPanel::tr("%1 (%2 before this check)")
        .arg(timeText(onset), spanText(diagnosis.startedAt - onset));
}

void addHeading(QVBoxLayout& layout, const QString& text, QWidget* parent)
{
    QLabel* heading = makePlainLabel(text, parent);
    heading->setProperty("role", u"heading"_s);
    layout.addWidget(heading);
}

/// `first` is the number of the first one that is added.
void addRemedies(QVBoxLayout& layout, const std::vector<model::Remediation>& remedies, const QString& name,
    QWidget* parent, int first = 1)
{
    int number = 0;
    for (const model::Remediation& remedy : remedies)
        if (++number >= first)
            layout.addWidget(new RemedyCard(
                remedy, number, name + QString::number(number), RemedyCard::Look::Card, parent));
}

/// A place to look at is "systemctl status shop.service on app1": the command without the words is what a shell takes.
struct FirstPlace {
    QString command;
    QString host;
};

FirstPlace splitPlace(const QString& place, const std::vector<model::HostReport>& hosts)
{
    for (const model::HostReport& host : hosts) {
        const QString words = " on "_L1 + oneLine(host.name.value());
        if (place.endsWith(words))
            return { place.chopped(words.size()), oneLine(host.name.value()) };
    }
    return { place, {} };
}

void addChanges(QVBoxLayout& layout, const std::vector<model::Change>& changes, QWidget* parent)
{
    addHeading(layout, AnswerPanel::tr("What changed before that"), parent);
    layout.addWidget(new WrappedText(
        AnswerPanel::tr("It happened at about the same time. That alone does not prove it is the reason."),
        WrappedText::Look::Muted, parent));
    constexpr std::size_t shownAtOnce = 5;
    FoldableSection* further = nullptr;
    if (changes.size() > shownAtOnce + 1)
        further = new FoldableSection(AnswerPanel::tr("%1 more changes").arg(changes.size() - shownAtOnce),
            u"foldChanges"_s, parent);
    std::size_t shown = 0;
    for (const model::Change& change : changes) {
        const bool isFurther = further && ++shown > shownAtOnce;
        auto* row = new QWidget(isFurther ? static_cast<QWidget*>(further) : parent);
        QVBoxLayout* column = makeColumn(row, 1);
        column->addWidget(new WrappedText(plainText(change.what), WrappedText::Look::Body, row));
        column->addWidget(new WrappedText(
            AnswerPanel::tr("%1, on %2").arg(timeText(change.at), oneLine(change.host.value())),
            WrappedText::Look::Small, row));
        (isFurther ? further->body() : layout).addWidget(row);
    }
    if (further)
        layout.addWidget(further);
}

void addAdvice(QVBoxLayout& layout, const model::Diagnosis& diagnosis, QWidget* parent)
{
    auto* section = new FoldableSection(
        AnswerPanel::tr("Weak points that did not fail yet (%1)").arg(diagnosis.advice.size()),
        u"foldAdvice"_s, parent);
    int number = 0;
    for (const model::Advice& advice : diagnosis.advice) {
        ++number;
        section->body().addWidget(
            new WrappedText(plainText(advice.summary), WrappedText::Look::Body, section));
        addRemedies(section->body(), advice.remediation, u"advice%1Remedy"_s.arg(number), section);
    }
    section->setUnfolded(diagnosis.verdict == model::Verdict::Healthy && diagnosis.advice.size() <= 3);
    layout.addWidget(section);
}

}

AnswerPanel::AnswerPanel(std::shared_ptr<const faults::Catalogue> catalogue, QWidget* parent)
    : QScrollArea(parent)
    , m_catalogue(std::move(catalogue))
{
    setObjectName(u"answerPanel"_s);
    setAccessibleName(tr("Answer"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMinimumWidth(330);
    setEmpty(tr("The answer will stand here."));
}

void AnswerPanel::setEmpty(const QString& text)
{
    m_stage = AnswerStage::Empty;
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(24, 24, 24, 24);
    QLabel* label = makePlainLabel(text, content);
    label->setObjectName(u"answerEmpty"_s);
    label->setProperty("role", u"empty"_s);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignCenter);
    layout->addWidget(label);
    setWidget(content);
}

void AnswerPanel::setDiagnosis(const model::Diagnosis& diagnosis, AnswerStage stage)
{
    // An answer that someone reads is only rebuilt where it changed: the place and open folds stay.
    if (stage == m_stage && diagnosis == m_diagnosis)
        return;
    m_diagnosis = diagnosis;
    m_stage = stage;
    rebuild();
}

void AnswerPanel::rebuild()
{
    const int scrolled = verticalScrollBar()->value();
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(20, 18, 18, 24);
    layout->setSpacing(14);
    layout->addWidget(makeHead(content));
    if (m_diagnosis.finding) {
        layout->addWidget(makeFirstStep(content));
        layout->addWidget(makeFacts(content));
        if (m_diagnosis.finding->remediation.size() > 1) {
            addHeading(*layout, tr("What to do next"), content);
            addRemedies(*layout, m_diagnosis.finding->remediation, u"remedy"_s, content, 2);
        }
        if (!m_diagnosis.finding->changes.empty())
            addChanges(*layout, m_diagnosis.finding->changes, content);
    }
    if (m_diagnosis.verdict == model::Verdict::Healthy)
        layout->addWidget(makeHealthyFacts(content));
    addLostHosts(*layout, content);
    if (!m_diagnosis.alternatives.empty())
        addAlternatives(*layout, content);
    if (!m_diagnosis.incomplete.empty())
        addIncomplete(*layout, content);
    if (m_diagnosis.finding && !m_diagnosis.finding->prevention.empty()) {
        auto* section
            = new FoldableSection(tr("So that it does not happen again"), u"foldPrevention"_s, content);
        addRemedies(section->body(), m_diagnosis.finding->prevention, u"prevention"_s, section);
        layout->addWidget(section);
    }
    if (!m_diagnosis.advice.empty())
        addAdvice(*layout, m_diagnosis, content);
    layout->addStretch();
    setWidget(content);
    verticalScrollBar()->setValue(scrolled);
}

QWidget* AnswerPanel::makeHead(QWidget* parent) const
{
    auto* head = new QWidget(parent);
    QVBoxLayout* column = makeColumn(head, 10);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    const bool isLooking = m_stage == AnswerStage::Running && m_diagnosis.verdict == model::Verdict::Unknown;
    auto* badge = new StateBadge(stateOf(m_diagnosis.verdict),
        isLooking ? tr("Looking") : verdictWord(m_diagnosis.verdict), StateBadge::Size::Large, head);
    badge->setObjectName(u"verdictBadge"_s);
    row->addWidget(badge);
    QString note;
    switch (m_stage) {
    case AnswerStage::Empty:
        break;
    case AnswerStage::Running:
        note = tr("so far");
        break;
    case AnswerStage::Final:
        note = tr("checked in %1").arg(latencyText(static_cast<double>(m_diagnosis.duration.count())));
        break;
    case AnswerStage::Cancelled:
        note = tr("cancelled; what was seen until then");
        break;
    case AnswerStage::Earlier:
        note = tr("as it was at %1").arg(clockText(m_diagnosis.startedAt));
        break;
    }
    QLabel* noteLabel = makePlainLabel(note, head);
    noteLabel->setObjectName(u"verdictNote"_s);
    noteLabel->setProperty("role", u"muted"_s);
    row->addWidget(noteLabel);
    row->addStretch();
    column->addLayout(row);
    auto* sentence
        = new WrappedText(isLooking && !m_diagnosis.finding ? tr("Looking at the site and its servers…")
                                                            : headline(m_diagnosis),
            WrappedText::Look::Headline, head);
    sentence->setObjectName(u"headline"_s);
    column->addWidget(sentence);
    if (m_diagnosis.verdict == model::Verdict::Unknown && m_stage != AnswerStage::Running
        && !m_diagnosis.unknownReason.empty())
        column->addWidget(
            new WrappedText(plainText(m_diagnosis.unknownReason), WrappedText::Look::Body, head));
    if (m_diagnosis.finding) {
        auto* since = new WrappedText(tr("Since: %1").arg(onsetText(m_diagnosis)), WrappedText::Look::Body, head);
        since->setObjectName(u"since"_s);
        column->addWidget(since);
    }
    const model::RequestResult& request = m_diagnosis.request;
    if (request.status || request.error) {
        QString seen = request.status ? tr("From here: HTTP %1").arg(*request.status)
                                      : tr("From here: %1").arg(oneLine(*request.error));
        if (request.totalMs)
            seen += u" · "_s + latencyText(*request.totalMs);
        column->addWidget(new WrappedText(seen, WrappedText::Look::Muted, head));
    }
    return head;
}

QWidget* AnswerPanel::makeFirstStep(QWidget* parent) const
{
    auto* box = new QFrame(parent);
    box->setProperty("role", u"firstStep"_s);
    box->setObjectName(u"firstStep"_s);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(14, 12, 12, 12);
    layout->setSpacing(6);
    const std::vector<model::Remediation>& remedies = m_diagnosis.finding->remediation;
    if (!remedies.empty()) {
        layout->addWidget(makeCaption(tr("DO THIS FIRST"), box));
        layout->addWidget(new RemedyCard(remedies.front(), 0, u"remedy1"_s, RemedyCard::Look::Plain, box));
        layout->addSpacing(4);
    }
    addFirstPlace(*layout, box);
    return box;
}

void AnswerPanel::addFirstPlace(QVBoxLayout& layout, QWidget* parent) const
{
    const QString text = plainText(m_diagnosis.finding->firstPlaceToCheck);
    const FirstPlace place = splitPlace(text, m_diagnosis.hosts);
    // The first thing to do may be just that look.
    const std::vector<model::Remediation>& remedies = m_diagnosis.finding->remediation;
    if (!remedies.empty()
        && std::ranges::any_of(remedies.front().commands,
            [&](const std::string& command) { return plainText(command) == place.command; }))
        return;
    layout.addWidget(makeCaption(tr("WHERE IT SHOWS"), parent));
    if (text.isEmpty()) {
        layout.addWidget(
            new WrappedText(tr("No single place: see the evidence."), WrappedText::Look::Body, parent));
        return;
    }
    if (place.host.isEmpty()) {
        // No command of a server's: "the DNS records of shop.example".
        auto* row = new QHBoxLayout;
        row->addWidget(new WrappedText(text, WrappedText::Look::Title, parent), 1);
        auto* copy = new CopyButton(text, text, parent);
        copy->setObjectName(u"copyFirstPlace"_s);
        row->addWidget(copy, 0, Qt::AlignTop);
        layout.addLayout(row);
        return;
    }
    layout.addWidget(new WrappedText(tr("On %1:").arg(place.host), WrappedText::Look::Muted, parent));
    layout.addWidget(new CommandBox(place.command, u"copyFirstPlace"_s, parent));
}

void AnswerPanel::addLostHosts(QVBoxLayout& layout, QWidget* parent) const
{
    if (m_stage == AnswerStage::Running)
        return;
    for (const model::HostReport& host : m_diagnosis.hosts) {
        if (host.isReachable || !host.error)
            continue;
        const QString name = oneLine(host.name.value());
        auto* card = new QFrame(parent);
        card->setProperty("role", u"incomplete"_s);
        card->setObjectName("lostHost-"_L1 + name);
        auto* column = new QVBoxLayout(card);
        column->setContentsMargins(14, 10, 12, 10);
        column->setSpacing(5);
        column->addWidget(
            new WrappedText(tr("%1 could not be looked at").arg(name), WrappedText::Look::Title, card));
        column->addWidget(new WrappedText(
            lostHostWords(*host.error), WrappedText::Look::Body, card));
        column->addWidget(new WrappedText(plainText(host.error->text()), WrappedText::Look::Small, card));
        if (!host.error->advice.empty())
            column->addWidget(new WrappedText(
                tr("What to do: %1").arg(plainText(host.error->advice)), WrappedText::Look::Body, card));
        layout.addWidget(card);
    }
}

QWidget* AnswerPanel::makeFacts(QWidget* parent)
{
    const model::Finding& finding = *m_diagnosis.finding;
    const faults::FaultText* variant = m_catalogue ? m_catalogue->byVariant(finding.variant) : nullptr;
    const faults::FaultText* cause
        = m_catalogue && finding.cause ? m_catalogue->byCause(*finding.cause) : nullptr;
    auto* facts = new QFrame(parent);
    facts->setProperty("role", u"card"_s);
    auto* column = new QVBoxLayout(facts);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(11);

    auto* hop = new QWidget(facts);
    QVBoxLayout* hopColumn = makeColumn(hop, 2);
    auto* hopRow = new QHBoxLayout;
    hopRow->addWidget(makeCaption(tr("WHERE IT BREAKS"), hop));
    hopRow->addStretch();
    auto* show = new QToolButton(hop);
    show->setText(tr("Show"));
    show->setObjectName(u"showFailingHop"_s);
    show->setAccessibleName(tr("Show the failing hop and its evidence"));
    show->setProperty("role", u"copy"_s);
    show->setFocusPolicy(Qt::StrongFocus);
    connect(show, &QToolButton::clicked, this,
        [this, id = finding.failingHop.value()] { Q_EMIT hopRequested(id); });
    hopRow->addWidget(show);
    hopColumn->addLayout(hopRow);
    hopColumn->addWidget(new WrappedText(
        hopTitle(m_diagnosis.topology, finding.failingHop.value()), WrappedText::Look::Title, hop));
    column->addWidget(hop);

    addFact(*column, tr("WHAT WAS SEEN"), titleOfId(finding.variant),
        variant ? catalogueText(variant->meaning) : QString(), facts);
    addFact(*column, tr("WHY"),
        finding.cause ? (cause && !cause->title.empty() ? catalogueText(cause->title).simplified() : titleOfId(*finding.cause))
                      : tr("Several causes fit; see below how to tell them apart"),
        cause ? catalogueText(cause->meaning) : QString(), facts);
    addFact(*column, tr("HOW SURE"), confidenceWords(finding.confidence), {}, facts);
    addFact(*column, tr("WHOSE PROBLEM"), responsibleWords(finding.responsible), {}, facts);
    return facts;
}

QWidget* AnswerPanel::makeHealthyFacts(QWidget* parent) const
{
    auto* facts = new QFrame(parent);
    facts->setProperty("role", u"card"_s);
    auto* column = new QVBoxLayout(facts);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(11);
    const auto count = [](const auto& all, auto isWanted) { return std::ranges::count_if(all, isWanted); };
    const auto hops = count(m_diagnosis.topology.hops, [](const model::Hop& hop) { return hop.isOnPath; });
    const auto goodHops = count(m_diagnosis.topology.hops,
        [](const model::Hop& hop) { return hop.isOnPath && hop.state == model::State::Ok; });
    const auto reached
        = count(m_diagnosis.hosts, [](const model::HostReport& host) { return host.isReachable; });
    const QString seen = goodHops == hops
        ? tr("All %1 answer").arg(hops)
        : tr("%1 of %2 answer; the others could not be seen").arg(goodHops).arg(hops);
    addFact(*column, tr("HOPS OF THE REQUEST"), seen, {}, facts);
    addFact(
        *column, tr("SERVERS"), tr("%1 of %2 reached").arg(reached).arg(m_diagnosis.hosts.size()), {}, facts);
    return facts;
}

void AnswerPanel::addAlternatives(QVBoxLayout& layout, QWidget* parent)
{
    const bool isOpen = !m_diagnosis.finding || !m_diagnosis.finding->cause;
    auto* section = new FoldableSection(
        tr("What else it could be (%1)").arg(m_diagnosis.alternatives.size()), u"foldAlternatives"_s, parent);
    for (const model::Alternative& alternative : m_diagnosis.alternatives) {
        auto* row = new QFrame(section);
        row->setProperty("role", u"card"_s);
        auto* column = new QVBoxLayout(row);
        column->setContentsMargins(12, 9, 12, 9);
        column->setSpacing(3);
        column->addWidget(new WrappedText(
            titleOfId(alternative.cause.value_or(alternative.variant)), WrappedText::Look::Title, row));
        column->addWidget(new WrappedText(confidenceWords(alternative.confidence) + u" · "_s
                + hopTitle(m_diagnosis.topology, alternative.failingHop),
            WrappedText::Look::Small, row));
        if (!alternative.toTellApart.empty())
            column->addWidget(new WrappedText(
                tr("To decide: %1").arg(plainText(alternative.toTellApart)), WrappedText::Look::Body, row));
        section->body().addWidget(row);
    }
    section->setUnfolded(isOpen);
    layout.addWidget(section);
}

void AnswerPanel::addIncomplete(QVBoxLayout& layout, QWidget* parent)
{
    auto* box = new QFrame(parent);
    box->setProperty("role", u"incomplete"_s);
    box->setObjectName(u"incomplete"_s);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(14, 10, 12, 10);
    column->setSpacing(5);
    column->addWidget(new WrappedText(m_diagnosis.incomplete.size() == 1
            ? tr("One thing could not be seen")
            : tr("%1 things could not be seen").arg(m_diagnosis.incomplete.size()),
        WrappedText::Look::Title, box));
    int shown = 0;
    for (const model::Gap& gap : m_diagnosis.incomplete) {
        if (++shown > 3)
            break;
        column->addWidget(new WrappedText(
            tr("%1 on %2: %3").arg(checkTitle(gap.check), oneLine(gap.host.value()), oneLine(gap.reason)),
            WrappedText::Look::Muted, box));
    }
    if (m_diagnosis.incomplete.size() > 3) {
        auto* all = new QPushButton(tr("Show all"), box);
        all->setObjectName(u"showGaps"_s);
        all->setAccessibleName(tr("Show all that could not be seen"));
        connect(all, &QPushButton::clicked, this, &AnswerPanel::gapsRequested);
        column->addWidget(all, 0, Qt::AlignLeft);
    }
    layout.addWidget(box);
}

}
