#include "ui/panels/parts.h"

#include "ui/graph/painting.h"
#include "ui/theme/icons.h"
#include "ui/theme/statestyle.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QTextLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

WrappedText::WrappedText(const QString& text, Look look, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setText(text);
}

void WrappedText::setText(const QString& text)
{
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QFont WrappedText::lookFont() const
{
    switch (m_look) {
    case Look::Body:
    case Look::Muted:
        return font();
    case Look::Headline:
        return scaledFont(font(), 1.42, QFont::DemiBold);
    case Look::Title:
        return scaledFont(font(), 1.06, QFont::DemiBold);
    case Look::Small:
        return scaledFont(font(), 0.88);
    case Look::Code: {
        QFont code = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        if (font().pixelSize() > 0)
            code.setPixelSize(font().pixelSize());
        else
            code.setPointSizeF(font().pointSizeF());
        return scaledFont(code, 0.94);
    }
    }
    return font();
}

QSizeF WrappedText::layOut(QTextLayout& layout, double width) const
{
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    double height = 0;
    double widest = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({ 0, height });
        height += line.height() * (m_look == Look::Code ? 1.15 : 1.12);
        widest = std::max(widest, line.naturalTextWidth());
    }
    layout.endLayout();
    return { widest, height };
}

namespace {
// QTextLayout breaks lines at U+2028 only.
QString layoutText(QString text) { return text.replace('\n'_L1, QChar::LineSeparator); }
}

int WrappedText::heightForWidth(int width) const
{
    QTextLayout layout(layoutText(m_text), lookFont());
    return static_cast<int>(std::ceil(layOut(layout, width).height()));
}

QSize WrappedText::sizeHint() const
{
    QTextLayout layout(layoutText(m_text), lookFont());
    const QSizeF size = layOut(layout, 520);
    return { static_cast<int>(std::ceil(size.width())) + 1, static_cast<int>(std::ceil(size.height())) };
}

QSize WrappedText::minimumSizeHint() const { return { 40, QFontMetrics(lookFont()).height() }; }

void WrappedText::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Theme theme = Theme::of(palette());
    painter.setPen(m_look == Look::Muted || m_look == Look::Small ? theme.textMuted : theme.text);
    QTextLayout layout(layoutText(m_text), lookFont());
    layOut(layout, width());
    layout.draw(&painter, {});
}

void WrappedText::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    QWidget::changeEvent(event);
}

StateBadge::StateBadge(model::State state, const QString& word, Size size, QWidget* parent)
    : QWidget(parent)
    , m_size(size)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setState(state, word);
}

void StateBadge::setState(model::State state, const QString& word)
{
    m_state = state;
    m_word = word;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QFont StateBadge::badgeFont() const
{
    return scaledFont(font(), m_size == Size::Large ? 1.12 : 0.88, QFont::DemiBold);
}

QSize StateBadge::sizeHint() const
{
    const QFontMetricsF fontMetrics(badgeFont());
    const int height = m_size == Size::Large ? 34 : 23;
    return { static_cast<int>(std::ceil(
                 fontMetrics.horizontalAdvance(m_word) + height * 0.62 + (m_size == Size::Large ? 30 : 21))),
        height };
}

void StateBadge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme theme = Theme::of(palette());
    const QColor color = theme.color(m_state);
    painter.setBrush(theme.tint(color, theme.isDark ? 0.18 : 0.10));
    painter.setPen(QPen(theme.tint(color, 0.45), 1));
    const double radius = height() / 2.0 - 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    const double shape = height() * 0.58;
    const QRectF shapeRect(height() * 0.28, (height() - shape) / 2, shape, shape);
    paintStateShape(painter, shapeRect, m_state, theme);
    painter.setFont(badgeFont());
    painter.setPen(color);
    painter.drawText(QRectF(shapeRect.right() + 7, 0, width() - shapeRect.right() - 7, height()),
        Qt::AlignVCenter | Qt::TextSingleLine, m_word);
}

CopyButton::CopyButton(const QString& textToCopy, const QString& what, QWidget* parent)
    : QToolButton(parent)
    , m_text(textToCopy)
{
    setText(tr("Copy"));
    setProperty("role", u"copy"_s);
    setAccessibleName(tr("Copy: %1").arg(what));
    setFocusPolicy(Qt::StrongFocus);
    connect(this, &QToolButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text);
        setText(tr("Copied"));
        QTimer::singleShot(1500, this, [this] { setText(tr("Copy")); });
    });
}

CommandBox::CommandBox(const QString& command, const QString& objectName, QWidget* parent)
    : QFrame(parent)
{
    setProperty("role", u"command"_s);
    auto* text = new WrappedText(command, WrappedText::Look::Code, this);
    auto* copy = new CopyButton(command, command, this);
    copy->setObjectName(objectName);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->setSpacing(8);
    layout->addWidget(text, 1);
    layout->addWidget(copy, 0, Qt::AlignTop);
}

FoldableSection::FoldableSection(const QString& title, const QString& objectName, QWidget* parent)
    : QWidget(parent)
    , m_button(new QToolButton(this))
    , m_body(new QWidget(this))
    , m_bodyLayout(new QVBoxLayout(m_body))
{
    m_button->setObjectName(objectName);
    m_button->setAccessibleName(title);
    m_button->setText(title);
    m_button->setCheckable(true);
    m_button->setProperty("role", u"fold"_s);
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setArrowType(Qt::RightArrow);
    m_button->setFocusPolicy(Qt::StrongFocus);
    m_body->hide();
    m_bodyLayout->setContentsMargins(4, 4, 0, 4);
    m_bodyLayout->setSpacing(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_button, 0, Qt::AlignLeft);
    layout->addWidget(m_body);
    connect(m_button, &QToolButton::toggled, this, [this](bool isUnfolded) {
        m_button->setArrowType(isUnfolded ? Qt::DownArrow : Qt::RightArrow);
        m_body->setVisible(isUnfolded);
    });
}

void FoldableSection::setUnfolded(bool isUnfolded) { m_button->setChecked(isUnfolded); }

QLabel* makePlainLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    return label;
}

QLabel* makeCaption(const QString& text, QWidget* parent)
{
    QLabel* label = makePlainLabel(text, parent);
    label->setProperty("role", u"caption"_s);
    return label;
}

}
