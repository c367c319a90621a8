#include "ui/plots/panel.h"

#include "ui/panels/parts.h"
#include "ui/plots/plot.h"

#include <QGridLayout>
#include <QLabel>
#include <QStackedLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

PlotsPanel::PlotsPanel(QWidget* parent)
    : QWidget(parent)
    , m_stack(new QStackedLayout(this))
    , m_empty(makePlainLabel(
          tr("Nothing measured yet.\nEach check adds a point; Watch checks again and again."), this))
{
    setObjectName(u"plotsPanel"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_empty->setObjectName(u"plotsEmpty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", u"empty"_s);
    auto* plots = new QWidget(this);
    m_phases = new Plot(tr("Request"), Plot::Scale::Milliseconds, plots);
    m_hops = new Plot(tr("Hops"), Plot::Scale::Milliseconds, plots);
    m_cpu = new Plot(tr("CPU"), Plot::Scale::Percent, plots);
    m_memory = new Plot(tr("Memory"), Plot::Scale::Percent, plots);
    m_disk = new Plot(tr("Disk"), Plot::Scale::Percent, plots);
    auto* grid = new QGridLayout(plots);
    grid->setContentsMargins(6, 6, 6, 6);
    grid->setSpacing(4);
    grid->addWidget(m_phases, 0, 0, 1, 3);
    grid->addWidget(m_hops, 0, 3, 1, 3);
    grid->addWidget(m_cpu, 1, 0, 1, 2);
    grid->addWidget(m_memory, 1, 2, 1, 2);
    grid->addWidget(m_disk, 1, 4, 1, 2);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(plots);
}

void PlotsPanel::setHistory(const History& history)
{
    m_stack->setCurrentIndex(history.isEmpty() ? 0 : 1);
    m_phases->setSeries(history.of(History::Quantity::RequestPhases), history);
    m_hops->setSeries(history.of(History::Quantity::HopLatency), history);
    m_cpu->setSeries(history.of(History::Quantity::Cpu), history);
    m_memory->setSeries(history.of(History::Quantity::Memory), history);
    m_disk->setSeries(history.of(History::Quantity::Disk), history);
}

}
