#pragma once

#include "core/model/diagnosis.h"

#include <QRectF>
#include <QString>

class QPainter;

namespace hopscope::ui {

struct Theme;

/// The word that goes with a state: "OK", "Impaired", "Failing", "Not tried", "Not seen".
QString stateWord(model::State state);
QString verdictWord(model::Verdict verdict);
/// The state whose shape and colour a verdict is drawn with.
model::State stateOf(model::Verdict verdict);

/// The shape of a state, readable without its colour: disc with a tick, triangle with a mark, octagon with a
/// cross, ring with a bar, diamond with a question mark.
void paintStateShape(QPainter& painter, const QRectF& rect, model::State state, const Theme& theme);

/// The pattern of a hop's line: solid, dash-dot, dashed, dotted, sparse.
Qt::PenStyle linePattern(model::State state);

}
