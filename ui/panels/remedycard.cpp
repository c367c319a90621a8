#include "ui/panels/remedycard.h"

#include "ui/panels/parts.h"
#include "ui/text/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

// A label takes as much room as its text: a name without end would push the whole card out of the window.
QString shortened(const QString& text) { return text.size() <= 32 ? text : text.left(31) + u"…"_s; }

void addTag(QHBoxLayout& row, const QString& text, const char* role, const QString& value, QWidget* parent)
{
    QLabel* tag = makePlainLabel(text, parent);
    tag->setProperty("role", QLatin1StringView(role));
    tag->setProperty("value", value);
    row.addWidget(tag);
}

}

RemedyCard::RemedyCard(
    const model::Remediation& remedy, int number, const QString& name, Look look, QWidget* parent)
    : QFrame(parent)
{
    if (look == Look::Card)
        setProperty("role", u"card"_s);
    setObjectName(name);
    auto* layout = new QVBoxLayout(this);
    if (look == Look::Card)
        layout->setContentsMargins(14, 12, 12, 12);
    else
        layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);

    const QString title = oneLine(remedy.title);
    layout->addWidget(new WrappedText(
        number > 0 ? u"%1.  %2"_s.arg(number).arg(title) : title, WrappedText::Look::Title, this));
    auto* tags = new QHBoxLayout;
    tags->setSpacing(6);
    if (remedy.host)
        addTag(*tags, tr("on %1").arg(shortened(oneLine(remedy.host->value()))), "tag", u"host"_s, this);
    addTag(*tags, riskWord(remedy.risk), "tag", QString::fromLatin1(model::id(remedy.risk)), this);
    if (remedy.commands.empty())
        addTag(*tags, tr("By hand"), "tag", u"by-hand"_s, this);
    tags->addStretch();
    layout->addLayout(tags);
    if (!remedy.why.empty())
        layout->addWidget(new WrappedText(plainText(remedy.why), WrappedText::Look::Body, this));
    int count = 0;
    for (const std::string& command : remedy.commands)
        layout->addWidget(new CommandBox(plainText(command), u"%1Copy%2"_s.arg(name).arg(++count), this));
    // What was only looked at has nothing that could have worked.
    if (!remedy.expect.empty())
        layout->addWidget(new WrappedText(
            (remedy.risk == model::Risk::ReadOnly ? tr("You will see: %1") : tr("When it worked: %1"))
                .arg(plainText(remedy.expect)),
            WrappedText::Look::Muted, this));
    if (!remedy.verify.empty()) {
        layout->addWidget(makeCaption(tr("SEE WHETHER IT WORKED"), this));
        layout->addWidget(new CommandBox(plainText(remedy.verify), name + u"CopyVerify"_s, this));
    }
    if (!remedy.undo.empty()) {
        auto* undo = new FoldableSection(tr("How to undo it"), name + u"Undo"_s, this);
        int undoCount = 0;
        for (const std::string& command : remedy.undo)
            undo->body().addWidget(
                new CommandBox(plainText(command), u"%1CopyUndo%2"_s.arg(name).arg(++undoCount), undo));
        layout->addWidget(undo);
    }
}

}
