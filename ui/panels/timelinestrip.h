#pragma once

#include "ui/models/timeline.h"

#include <QWidget>

class QPushButton;

namespace hopscope::ui {

class WrappedText;

/// The checks of the session as a row of bars, oldest first. A click or an arrow key goes back to one.
class TimelineBars : public QWidget {
    Q_OBJECT

public:
    explicit TimelineBars(QWidget* parent = nullptr);
    void setTimeline(const Timeline& timeline);
    /// Which entry is shown; the last one where none is chosen.
    void setCurrent(std::optional<std::size_t> entry);

    QSize sizeHint() const override { return { 240, 34 }; }
    QSize minimumSizeHint() const override { return { 80, 34 }; }
    /// Where an entry is drawn; empty where it is too old to be.
    QRectF rectOf(std::size_t entry) const;

Q_SIGNALS:
    void chosen(std::size_t entry);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    std::size_t firstDrawn() const;
    std::optional<std::size_t> entryAt(const QPointF& point) const;
    std::size_t current() const;
    void choose(std::size_t entry);
    void describe();

    std::deque<TimelineEntry> m_entries;
    std::optional<std::size_t> m_current;
};

/// The bars, what they say in words, and the way back to the latest check.
class TimelineStrip : public QWidget {
    Q_OBJECT

public:
    explicit TimelineStrip(QWidget* parent = nullptr);
    void setTimeline(const Timeline& timeline);
    /// An earlier check is shown; empty: the latest one.
    void setCurrent(std::optional<std::size_t> entry);

Q_SIGNALS:
    void chosen(std::size_t entry);
    void latestRequested();

private:
    TimelineBars* m_bars;
    WrappedText* m_words;
    QPushButton* m_latest;
};

}
