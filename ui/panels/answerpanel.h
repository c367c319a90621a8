#pragma once

#include "core/model/diagnosis.h"
#include "core/run/run.h"

#include <QScrollArea>

#include <memory>

class QVBoxLayout;

namespace hopscope::ui {

/// Whether more is to come.
enum class AnswerStage {
    Empty,
    Running,
    Final,
    Cancelled,
    Earlier, ///< whole, but not the latest: the person looks back
};

/// The answer in a founder's words: what fails, why, whose problem it is and what to do first.
class AnswerPanel : public QScrollArea {
    Q_OBJECT

public:
    /// `catalogue` explains variants and causes; without one only their names are shown.
    explicit AnswerPanel(std::shared_ptr<const faults::Catalogue> catalogue, QWidget* parent = nullptr);

    void setEmpty(const QString& text);
    void setDiagnosis(const model::Diagnosis& diagnosis, AnswerStage stage);

Q_SIGNALS:
    /// The person asks to see what an item of the answer is about.
    void hopRequested(const std::string& hopId);
    void gapsRequested();

private:
    void rebuild();
    QWidget* makeHead(QWidget* parent) const;
    QWidget* makeFacts(QWidget* parent);
    QWidget* makeFirstStep(QWidget* parent) const;
    void addFirstPlace(QVBoxLayout& layout, QWidget* parent) const;
    /// Servers that could not be used, with why and what to do.
    void addLostHosts(QVBoxLayout& layout, QWidget* parent) const;
    /// How much was looked at, where nothing fails.
    QWidget* makeHealthyFacts(QWidget* parent) const;
    void addAlternatives(QVBoxLayout& layout, QWidget* parent);
    void addIncomplete(QVBoxLayout& layout, QWidget* parent);

    std::shared_ptr<const faults::Catalogue> m_catalogue;
    model::Diagnosis m_diagnosis;
    AnswerStage m_stage = AnswerStage::Empty;
};

}
