# The flags of the whole project live on one interface target.
add_library(hopscope_flags INTERFACE)
target_include_directories(hopscope_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(hopscope_flags INTERFACE
    -pthread -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
    $<$<BOOL:${HOPSCOPE_WERROR}>:-Werror>
    $<$<BOOL:${HOPSCOPE_COVERAGE}>:--coverage>)
# g++ 12 warns of the inside of std::string and std::optional once they are optimised (GCC bugs 105329, 105651, 105562).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(hopscope_flags INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized)
endif()
target_link_options(hopscope_flags INTERFACE -pthread $<$<BOOL:${HOPSCOPE_COVERAGE}>:--coverage>)
if(HOPSCOPE_SANITIZE)
    target_compile_options(hopscope_flags INTERFACE -fsanitize=${HOPSCOPE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(hopscope_flags INTERFACE -fsanitize=${HOPSCOPE_SANITIZE})
endif()
if(HOPSCOPE_FUZZ)
    target_compile_options(hopscope_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_compile_definitions(hopscope_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_FOREACH QT_DISABLE_DEPRECATED_BEFORE=0x060400
    HOPSCOPE_VERSION="${PROJECT_VERSION}")

# Qt 6.4's moc follows <compare> to libstdc++'s <concepts> and can't read it; its include guard keeps moc out.
function(hopscope_moc target)
    set_target_properties(${target} PROPERTIES AUTOMOC ON AUTOMOC_MOC_OPTIONS "-D_GLIBCXX_CONCEPTS")
endfunction()

# The standard library's headers are most of what a file reads: they are read once, in hopscope_base for the modules and in
# hopscope_test_support for the tests. A file still includes all it needs.
set(HOPSCOPE_PRECOMPILED <algorithm> <array> <charconv> <chrono> <functional> <map> <memory> <optional> <set> <string>
    <string_view> <unordered_map> <variant> <vector> <tl/expected.hpp>)
set(HOPSCOPE_PRECOMPILED_QT <QApplication> <QWidget> <QPainter> <QLabel> <QVBoxLayout> <QGridLayout> <QStackedLayout> <QPushButton>
    <QToolButton> <QLineEdit> <QFrame> <QScrollArea> <QDialog> <QTableView> <QHeaderView> <QAbstractTableModel> <QString>
    <QRegularExpression> <QTimer> <QDateTime> <QFileInfo> <QSettings>)
function(hopscope_precompile target owner)
    if(target STREQUAL owner)
        target_precompile_headers(${target} PRIVATE ${HOPSCOPE_PRECOMPILED} ${ARGN})
    elseif(NOT target STREQUAL "hopscope_ui")
        target_precompile_headers(${target} REUSE_FROM ${owner})
    endif()
endfunction()

# Which files are compiled in one batch depends on their own names alone: a new file touches one batch, not all after it.
function(hopscope_batches target)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    list(LENGTH sources count)
    set(batches 1)
    while(batches LESS_EQUAL 32)
        math(EXPR capacity "${batches} * 28")
        if(count LESS capacity)
            break()
        endif()
        math(EXPR batches "${batches} * 2")
    endwhile()
    foreach(source IN LISTS sources)
        file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
        string(MD5 hash "${name}")
        string(SUBSTRING "${hash}" 0 4 hash)
        math(EXPR batch "0x${hash} % ${batches}")
        set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "batch${batch}")
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()

# hopscope_module(NAME [DEPENDS lib…] [QT] [HOT file…])
#   the static library hopscope_NAME of all *.cpp in this folder and below; QT turns moc on. The HOT files are one batch that is
#   fully optimised except in debug builds; those other flags can't share the precompiled header.
function(hopscope_module name)
    cmake_parse_arguments(arg "QT" "" "DEPENDS;HOT" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    list(FILTER sources EXCLUDE REGEX "/CMakeFiles/")
    if(arg_HOT)
        list(TRANSFORM arg_HOT PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
        list(REMOVE_ITEM sources ${arg_HOT})
        add_library(hopscope_${name}_hot OBJECT ${arg_HOT})
        target_link_libraries(hopscope_${name}_hot PRIVATE hopscope_flags ${arg_DEPENDS})
        target_compile_options(hopscope_${name}_hot PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O2>)
        list(APPEND sources $<TARGET_OBJECTS:hopscope_${name}_hot>)
    endif()
    set(units ${sources})
    list(FILTER units INCLUDE REGEX "\\.cpp$")
    if(units)
        add_library(hopscope_${name} STATIC ${sources})
        target_link_libraries(hopscope_${name} PUBLIC hopscope_flags ${arg_DEPENDS})
        if(arg_QT)
            hopscope_moc(hopscope_${name})
        endif()
        hopscope_precompile(hopscope_${name} hopscope_base)
        hopscope_batches(hopscope_${name})
    else()
        add_library(hopscope_${name} INTERFACE)
        target_link_libraries(hopscope_${name} INTERFACE hopscope_flags ${arg_DEPENDS})
    endif()
    add_library(hopscope::${name} ALIAS hopscope_${name})
endfunction()

# Tests are compiled once and run once: hardly optimised, whatever the build (g++ translates templates faster by -Og than by -O0);
# and as the libraries are, position-independent, since that is what lets them share a precompiled header.
function(hopscope_test_program target)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    # A fixture may be one file's own although the compiler meets that file inside another.
    target_compile_options(${target} PRIVATE -fPIC -Og -Wno-subobject-linkage)
endfunction()

# hopscope_test(NAME [DEPENDS lib…] [QT] [LABELS label…] [TIMEOUT s] [LOCK resource])
#   one GoogleTest program of all *.cpp in this folder and its support/; each TEST is a ctest entry. Those of one LOCK run one by one.
function(hopscope_test name)
    cmake_parse_arguments(arg "QT" "TIMEOUT;LOCK" "DEPENDS;LABELS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h"
        "${CMAKE_CURRENT_SOURCE_DIR}/support/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/support/*.h")
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    add_executable(test_${name} ${sources})
    target_link_libraries(test_${name} PRIVATE ${arg_DEPENDS} GTest::gmock)
    target_compile_definitions(test_${name} PRIVATE HOPSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    if(arg_QT)
        hopscope_moc(test_${name})
    else()
        target_link_libraries(test_${name} PRIVATE GTest::gmock_main)
    endif()
    hopscope_test_program(test_${name})
    hopscope_batches(test_${name})
    hopscope_precompile(test_${name} hopscope_test_support)
    # An empty value would make the next property's name the value of this one.
    set(properties TIMEOUT ${arg_TIMEOUT})
    if(arg_LABELS)
        list(APPEND properties LABELS ${arg_LABELS})
    endif()
    if(arg_LOCK)
        list(APPEND properties RESOURCE_LOCK ${arg_LOCK})
    endif()
    gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
