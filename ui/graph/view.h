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

    /// What is in the middle where the whole would be too small to read; empty: where the request starts.
    void setPointOfInterest(const std::string& id) { m_pointOfInterest = id; }
    /// Whether the last choice was made by a key: walking past a card is not opening it.
    bool isWalkedByKeys() const { return m_isWalkedByKeys; }

    void zoomBy(double factor);
    /// The whole chart, however small.
    void fit();

Q_SIGNALS:
    /// By pointer or keyboard; empty: nothing is selected any more.
    void currentChanged(const std::string& id);
    /// Return or Space on what is selected.
    void activated(const std::string& id);

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
    /// The whole where that can be read; else as small as can be read, around the point of interest.
    void arrange();
    double wholeScale() const;

    std::string m_pointOfInterest;
    bool m_isWalkedByKeys = false;
    bool m_isFitted = true; ///< until the user zooms or pans: follows the window's size
    bool m_isWhole = false; ///< the user asked for all of it
    QPoint m_pressedAt;
};

}
