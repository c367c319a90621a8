#include "ui/graph/panel.h"

#include "ui/graph/legend.h"
#include "ui/graph/view.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr int mostOffPathShown = 8; ///< of other sites' hops, unless the person asks for them

QToolButton* makeZoomButton(const QString& text, const QString& name, const QString& help, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(name);
    button->setAccessibleName(help);
    button->setToolTip(help);
    button->setProperty("role", u"zoom"_s);
    return button;
}

}

GraphPanel::GraphPanel(QWidget* parent)
    : QWidget(parent)
    , m_view(new GraphView(this))
    , m_stack(new QStackedLayout)
    , m_empty(new QLabel(this))
    , m_offPath(new QCheckBox(tr("Other sites"), this))
    , m_replicas(new QCheckBox(this))
    , m_crowd(new QLabel(this))
{
    setObjectName(u"graphPanel"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_view->setObjectName(u"graphView"_s);
    m_empty->setObjectName(u"graphEmpty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setWordWrap(true);
    m_empty->setProperty("role", u"empty"_s);
    m_offPath->setObjectName(u"otherSites"_s);
    m_offPath->setAccessibleName(tr("Show hops that serve other sites"));
    m_offPath->setToolTip(tr("Hops of the same proxies that this request does not pass"));
    m_offPath->setChecked(true);
    m_offPath->hide();
    m_replicas->setObjectName(u"eachReplica"_s);
    m_replicas->setAccessibleName(tr("Draw each replica"));
    m_replicas->setToolTip(tr("Replicas that fare alike are drawn as one card"));
    m_replicas->hide();
    auto* smaller = makeZoomButton(u"−"_s, u"zoomOut"_s, tr("Zoom out (−)"), this);
    auto* larger = makeZoomButton(u"+"_s, u"zoomIn"_s, tr("Zoom in (+)"), this);
    auto* whole = makeZoomButton(tr("Fit"), u"zoomFit"_s, tr("Fit the whole chain (F)"), this);

    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(14, 6, 10, 8);
    foot->setSpacing(6);
    foot->addWidget(new Legend(this));
    foot->addStretch();
    m_crowd->setObjectName(u"graphCrowd"_s);
    m_crowd->setTextFormat(Qt::PlainText);
    m_crowd->setProperty("role", u"muted"_s);
    foot->addWidget(m_crowd);
    foot->addWidget(m_replicas);
    foot->addWidget(m_offPath);
    foot->addWidget(smaller);
    foot->addWidget(larger);
    foot->addWidget(whole);

    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_stack, 1);
    layout->addLayout(foot);

    connect(smaller, &QToolButton::clicked, this, [this] { m_view->zoomBy(1 / 1.2); });
    connect(larger, &QToolButton::clicked, this, [this] { m_view->zoomBy(1.2); });
    connect(whole, &QToolButton::clicked, m_view, &GraphView::fit);
    // Only a person's own click comes here: refresh() sets the box without a signal.
    connect(m_offPath, &QCheckBox::toggled, this, [this] {
        m_hasChosenOffPath = true;
        refresh();
    });
    connect(m_replicas, &QCheckBox::toggled, this, &GraphPanel::refresh);
    connect(m_view, &GraphView::currentChanged, this, [this](const std::string& id) {
        if (!id.starts_with(foldedCardPrefix))
            Q_EMIT currentChanged(id);
        else if (!m_view->isWalkedByKeys())
            m_replicas->setChecked(true);
    });
    connect(m_view, &GraphView::activated, this, [this](const std::string& id) {
        if (id.starts_with(foldedCardPrefix))
            m_replicas->setChecked(true);
    });
    connect(&m_layouts, &LayoutThread::finished, this, &GraphPanel::applyLayout);
}

GraphPanel::~GraphPanel() = default;

void GraphPanel::setDiagnosis(const model::Diagnosis& diagnosis)
{
    m_diagnosis = diagnosis;
    refresh();
}

void GraphPanel::setEmptyText(const QString& text) { m_empty->setText(text); }

void GraphPanel::setCurrent(const std::string& id) { m_view->setCurrent(id); }

void GraphPanel::refresh()
{
    const int offPathHops = chartOf(m_diagnosis, OffPath::Folded).foldedHops;
    m_offPath->setText(tr("Other sites (%1)").arg(offPathHops));
    m_offPath->setVisible(offPathHops > 0);
    if (!m_hasChosenOffPath) {
        const QSignalBlocker quiet(m_offPath);
        m_offPath->setChecked(offPathHops <= mostOffPathShown);
    }
    const OffPath offPath = m_offPath->isChecked() ? OffPath::Shown : OffPath::Folded;
    m_chart = chartOf(m_diagnosis, offPath, Replicas::Folded);
    const int foldable = m_chart.foldedReplicas;
    m_replicas->setVisible(foldable > 0);
    m_replicas->setText(tr("Each replica (%1 more)").arg(foldable));
    if (foldable > 0 && m_replicas->isChecked())
        m_chart = chartOf(m_diagnosis, offPath, Replicas::Each);
    m_view->setPointOfInterest(m_diagnosis.finding ? m_diagnosis.finding->failingHop.value() : std::string());
    m_crowd->setText(
        m_chart.crowdedNodes > 0 ? tr("%1 more are not drawn").arg(m_chart.crowdedNodes) : QString());
    m_stack->setCurrentIndex(m_chart.nodes.empty() ? 0 : 1);
    const LayoutRequest request = layoutRequestOf(m_chart);
    if (request == m_request) {
        // Only states and texts changed: everything stays where it is.
        m_view->setChart(m_chart, m_layout);
        return;
    }
    m_isSettled = false;
    m_request = request;
    m_layouts.request(request);
}

void GraphPanel::applyLayout(const LayoutRequest& request, const LayoutResult& result)
{
    if (!(request == m_request))
        return;
    m_layout = result;
    m_isSettled = true;
    m_view->setChart(m_chart, m_layout);
    Q_EMIT settled();
}

}
