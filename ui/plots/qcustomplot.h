#pragma once

// QCustomPlot's header uses Qt's short keywords, which this project turns off. The only place that includes
// it.
#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef foreach
#undef emit
#undef slots
#undef signals
