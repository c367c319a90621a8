#pragma once

#include "ui/graph/scene.h"

#include <QGraphicsView>

namespace hopscope::ui {

/// The graph under a pointer and a keyboard: wheel or +/- zooms, F fits, Tab and the arrows walk nodes and
/// hops.
class GraphView : public QGraphicsView {
    Q_OBJECT

public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    GraphScene& chartScene() { return *m_scene; }
    void setChart(const Chart& chart, const LayoutResult& layout);
    /// Selects without a signal.
    void setCurrent(const std::string& id);

    void zoomBy(double factor);
    void fit();

Q_SIGNALS:
    /// By pointer or keyboard; empty: nothing is selected any more.
    void currentChanged(const std::string& id);

protected:
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    void choose(const std::string& id);
    void describe();

    GraphScene* m_scene;
    bool m_isFitted = true; ///< until the user zooms or pans: follows the window's size
    QPoint m_pressedAt;
};

}
