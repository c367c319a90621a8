#pragma once

#include "core/model/diagnosis.h"

#include <QFont>
#include <QFrame>
#include <QPalette>
#include <QTextOption>
#include <QToolButton>
#include <QWidget>

class QLabel;
class QTextLayout;
class QVBoxLayout;

namespace hopscope::ui {

/// Text of any origin, always plain, wrapped anywhere where a word is longer than the line.
class WrappedText : public QWidget {
    Q_OBJECT

public:
    enum class Look { Body, Headline, Title, Muted, Small, Code };

    WrappedText(const QString& text, Look look, QWidget* parent = nullptr);
    void setText(const QString& text);
    const QString& text() const { return m_text; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QFont lookFont() const;
    QSizeF layOut(QTextLayout& layout, double width) const;

    QString m_text;
    Look m_look;
};

/// A state's shape and a word of its colour on a soft ground.
class StateBadge : public QWidget {
    Q_OBJECT

public:
    enum class Size { Small, Large };
    StateBadge(model::State state, const QString& word, Size size, QWidget* parent = nullptr);
    void setState(model::State state, const QString& word);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QFont badgeFont() const;
    model::State m_state;
    QString m_word;
    Size m_size;
};

/// Copies a text, and says so for a moment.
class CopyButton : public QToolButton {
    Q_OBJECT

public:
    CopyButton(const QString& textToCopy, const QString& what, QWidget* parent = nullptr);
    void setTextToCopy(const QString& text) { m_text = text; }

private:
    QString m_text;
};

/// A command in a box of its own with a copy button.
class CommandBox : public QFrame {
    Q_OBJECT

public:
    CommandBox(const QString& command, const QString& objectName, QWidget* parent = nullptr);
};

/// A heading that folds what is under it.
class FoldableSection : public QWidget {
    Q_OBJECT

public:
    FoldableSection(const QString& title, const QString& objectName, QWidget* parent = nullptr);
    QVBoxLayout& body() { return *m_bodyLayout; }
    void setUnfolded(bool isUnfolded);

private:
    QToolButton* m_button;
    QWidget* m_body;
    QVBoxLayout* m_bodyLayout;
};

/// "WHAT WAS SEEN": a small muted caption above a value.
QLabel* makeCaption(const QString& text, QWidget* parent);
/// A label whose text may come from anywhere.
QLabel* makePlainLabel(const QString& text, QWidget* parent);

}
