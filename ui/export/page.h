#pragma once

#include "core/model/diagnosis.h"
#include "ui/graph/scene.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QSizeF>

class QPainter;

namespace hopscope::ui {

/// The incident picture as a page to paint, at any scale.
class PicturePage {
public:
    PicturePage(const model::Diagnosis& diagnosis, const Theme& theme, const QFont& font);

    QSizeF size() const { return m_size; }
    void paint(QPainter& painter);
    /// The chain alone.
    GraphScene& scene() { return m_scene; }

private:
    double paintHead(QPainter& painter, double top) const;
    double paintFacts(QPainter& painter, double top) const;
    /// Answers the bottom; paints only with a painter.
    double paintText(QPainter& painter, const QRectF& place, const QString& text, const QFont& font,
        const QColor& color) const;

    const model::Diagnosis& m_diagnosis;
    Theme m_theme;
    QFont m_font;
    GraphScene m_scene;
    QSizeF m_size;
    QRectF m_graph; ///< where the chain stands
    double m_factsTop = 0;
};

}
