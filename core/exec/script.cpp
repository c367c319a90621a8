#include "core/exec/script.h"

#include "core/base/quote.h"

#include <algorithm>
#include <cstdio>
#include <random>

namespace hopscope::exec {
namespace {

    /// More would be many processes at once on a host that may be short of them.
    constexpr std::size_t largestGroup = 20;

    /// What checks may call; README.md documents it for their authors.
    constexpr const char* helpers = R"sh(
have() { command -v "$1" >/dev/null 2>&1; }
denied() {
  case $HOPSCOPE_PRIV in
    root|sudo) printf '%s\n' "$*" >&2 ;;
    *) printf '%s; sudo -n is not allowed for %s\n' "$*" "$HOPSCOPE_USER" >&2 ;;
  esac
  exit 77
}
missing() { printf 'not installed: %s\n' "$*" >&2; exit 127; }
resting() {
  if [ ! -d /run/systemd/system ] || ! have systemctl; then
    for hs_file in /proc/[0-9]*/comm; do
      read -r hs_word <"$hs_file" && case $hs_word in
        init|openrc*|runsv*|s6-sv*|supervisor*|monit|god|circus*|dinit|launchd) return 1 ;;
      esac
    done 2>/dev/null
    return 0
  fi
  for hs_unit; do
    for hs_file in /etc/systemd/system/*.wants/"$hs_unit".service; do [ ! -L "$hs_file" ] || return 1; done
  done
  ! systemctl -q is-failed "$@" 2>/dev/null
}
only_roots() {
  case $1 in /*) hs_file=$1 ;; *) return 1 ;; esac
  while [ -n "$hs_file" ] && [ ! -L "$hs_file" ]; do hs_file=${hs_file%/*}; done
  if [ -z "$hs_file" ]; then hs_file=$1; else hs_file=$(readlink -f "$1" 2>/dev/null); fi
  case $hs_file in /*) ;; *) return 1 ;; esac
  set -- "$hs_file"
  while hs_file=${hs_file%/*}; [ -n "$hs_file" ]; do set -- "$@" "$hs_file"; done
  for hs_word in $(stat -c %u:%G:%a "$@" / 2>/dev/null || echo 1); do
    case $hs_word in
      0:*:1???) ;;
      0:*[2367]) return 1 ;;
      0:root:*|0:staff:*|0:wheel:*) ;;
      0:*[2367]?) return 1 ;;
      0:*) ;;
      *) return 1 ;;
    esac
  done
}
runner() {
  hs_exe=$1 hs_as=root
  [ "$2" = 0 ] || hs_as=$(stat -c %U "/proc/$2" 2>/dev/null) || return 1
  shift 2
  if only_roots "$hs_exe"; then
    [ "$hs_as" != root ] || { echo priv; return; }
    hs_all=$#
    for hs_exe; do only_roots "$hs_exe" || hs_all=0; done
    [ "$hs_all" = 0 ] || { echo priv; return; }
    [ "$HOPSCOPE_PRIV" != none ] || hs_as=$HOPSCOPE_USER
  fi
  case $HOPSCOPE_PRIV:$hs_as in
    *:root|*:UNKNOWN) return 1 ;;
    none:"$HOPSCOPE_USER"|[!n]*) echo "as $hs_as" ;;
    *) return 1 ;;
  esac
}
priv() {
  case $HOPSCOPE_PRIV in
    ask) if sudo -n -l -- "$@" >/dev/null 2>&1; then sudo -n -- "$@"; else "$@"; fi ;;
    *) "$@" ;;
  esac
}
priv_within() {
  hs_most=$1; shift
  have timeout || { priv "$@"; return; }
  case $HOPSCOPE_PRIV in
    ask) if sudo -n -l -- "$@" >/dev/null 2>&1; then timeout -k 1 "$hs_most" sudo -n -- "$@"; else timeout -k 1 "$hs_most" "$@"; fi ;;
    *) timeout -k 1 "$hs_most" "$@" ;;
  esac
}
as() {
  hs_as=$1; shift
  case $HOPSCOPE_PRIV:$hs_as in
    root:root|sudo:root) "$@" ;;
    root:*|sudo:*)
      # setpriv writes no line into the server's log, as runuser and su do.
      if have setpriv; then setpriv --reuid "$(id -u "$hs_as")" --regid "$(id -g "$hs_as")" --init-groups -- "$@"
      elif have runuser; then runuser -u "$hs_as" -- "$@"
      else su -s /bin/sh "$hs_as" -c 'exec "$0" "$@"' -- "$@"; fi ;;
    *:"$HOPSCOPE_USER") "$@" ;;
    ask:*)
      if sudo -n -l -u "$hs_as" -- "$@" >/dev/null 2>&1; then sudo -n -u "$hs_as" -- "$@"
      else denied "may not run a command as $hs_as"; fi ;;
    *) denied "may not run a command as $hs_as" ;;
  esac
}
)sh";

    /// Each check runs in a shell of its own that reads the helpers and this from its environment: the check with its
    /// output cut at HOPSCOPE_BYTES. Its exit status travels round the pipe through descriptor 3, as a POSIX pipeline only
    /// tells that of its last command. At the time limit TERM goes to all of it, and ends only the check: what it had
    /// printed still gets through the pipe.
    constexpr const char* checkShell = R"sh(
hs_cut() {
  trap '' TERM
  case $HOPSCOPE_CUTTER in
    head) exec head -c "$HOPSCOPE_BYTES" ;;
    *) exec dd bs=1 count="$HOPSCOPE_BYTES" 2>/dev/null ;;
  esac
}
trap : TERM
{ hs_status=$( trap : TERM
  { { ( eval "$HOPSCOPE_CHECK" ) 3>&- 4>&-; echo $? >&3; } | hs_cut 3>&- >&4; } 3>&1 ); } 4>&1
exit "${hs_status:-124}"
)sh";

    /// The main shell. Times come from /proc/uptime, which a shell can read without starting a process.
    constexpr const char* mainShell = R"sh(
hs_now() { hs_t=-; read -r hs_t hs_rest </proc/uptime; } 2>/dev/null
hs_limited() {
  if [ "$1" = - ]; then ( eval "$3" ) </dev/null; return; fi
  HOPSCOPE_LIMIT=$1 HOPSCOPE_BYTES=$2 HOPSCOPE_CHECK=$3
  export HOPSCOPE_LIMIT HOPSCOPE_BYTES HOPSCOPE_CHECK
  case $HOPSCOPE_LIMITER in
    timeout)
      timeout -k 1 "$1" /bin/sh -c 'eval "$HOPSCOPE_SHELL"' </dev/null & hs_job=$! ;;
    setsid)
      setsid /bin/sh -c 'eval "$HOPSCOPE_SHELL"' </dev/null & hs_job=$!
      setsid /bin/sh -c 'sleep "$1"; kill -TERM "-$2"; sleep 1; kill -KILL "-$2"' - "${1%.*}" "$hs_job" \
        </dev/null >/dev/null 2>&1 & hs_dog=$! ;;
    *)
      /bin/sh -c 'eval "$HOPSCOPE_SHELL"' </dev/null & hs_job=$!
      ( sleep "${1%.*}"; kill -TERM "$hs_job"; sleep 1; kill -KILL "$hs_job" ) </dev/null >/dev/null 2>&1 & hs_dog=$! ;;
  esac
  wait "$hs_job" 2>/dev/null
  hs_status=$?
  # KILL, as a shell that was forked just now may lose a TERM; by both names, as it may not lead its group yet.
  case $HOPSCOPE_LIMITER in
    timeout) ;;
    setsid) kill -KILL "-$hs_dog" "$hs_dog"; wait "$hs_dog" ;;
    *) kill -KILL "$hs_dog"; wait "$hs_dog" ;;
  esac 2>/dev/null
  hs_job=
  return "$hs_status"
}
hs_see() {
  hs_running=' '
  for hs_file in /proc/[0-9]*/comm; do read -r hs_name <"$hs_file" && hs_running="$hs_running$hs_name "; done 2>/dev/null
}
hs_lacks() {
  [ -n "$1" ] || return 1
  for hs_word in $1; do
    case $hs_word in
      /*) [ ! -e "$hs_word" ] || return 1 ;;
      command:*) if command -v "${hs_word#command:}" >/dev/null 2>&1; then return 1; fi ;;
      *) case $hs_running in *" $hs_word "*) return 1 ;; esac ;;
    esac
  done
  return 0
}
hs_absent() {
  hs_now; hs_word=${2%% *}
  printf '%s b %s\n%s x %s\nnot installed: %s' "$hs_marker" "$1" "$hs_marker" "$1" "${hs_word#command:}"
  printf '%s e %s 127 %s %s\n' "$hs_marker" "$1" "$hs_t" "$hs_t"
}
hs_check() {
  if hs_lacks "$5"; then hs_absent "$1" "$5"; return; fi
  hs_now; hs_from=$hs_t
  printf '%s b %s\n' "$hs_marker" "$1"
  printf '%s b %s\n' "$hs_marker" "$1" >&2
  hs_limited "$2" "$3" "$4"; hs_status=$?
  hs_now
  printf '%s e %s\n' "$hs_marker" "$1" >&2
  printf '%s e %s %s %s %s\n' "$hs_marker" "$1" "$hs_status" "$hs_from" "$hs_t"
}
hs_framed() {
  hs_now; hs_from=$hs_t
  printf '%s b %s\n' "$hs_marker" "$1"
  { hs_error=$( hs_limited "$2" "$3" "$4" 2>&1 >&5 5>&- ); hs_status=$?; } 5>&1
  hs_now
  printf '%s x %s\n%s' "$hs_marker" "$1" "$hs_error"
  printf '%s e %s %s %s %s\n' "$hs_marker" "$1" "$hs_status" "$hs_from" "$hs_t"
}
hs_beside() {
  if hs_lacks "$5"; then read -r hs_turn; hs_absent "$1" "$5" >&6
  else hs_held=$( hs_framed "$@" 6>&-; echo . ); read -r hs_turn; printf '%s' "${hs_held%.}" >&6; fi
  echo
}
trap '[ -z "$hs_job" ] || kill "$hs_job"; exit 143' HUP TERM
case $(timeout --version 2>&1) in *coreutils*) HOPSCOPE_LIMITER=timeout ;; *)
  if command -v setsid >/dev/null 2>&1; then HOPSCOPE_LIMITER=setsid; else HOPSCOPE_LIMITER=shell; fi ;;
esac
if [ "$(echo ab | head -c 1 2>/dev/null)" = a ]; then HOPSCOPE_CUTTER=head; else HOPSCOPE_CUTTER=dd; fi
hs_id=$(id 2>/dev/null)
HOPSCOPE_USER=${hs_id#*\(} HOPSCOPE_USER=${HOPSCOPE_USER%%\)*}
case $hs_id in
  uid=0[!0-9]*) HOPSCOPE_PRIV=root
    if [ -n "$HOPSCOPE_HOME" ] && [ -n "$SUDO_USER" ]; then HOPSCOPE_PRIV=sudo HOPSCOPE_USER=$SUDO_USER; fi ;;
  *) HOPSCOPE_PRIV=none
    if command -v sudo >/dev/null 2>&1 && sudo -n -l </dev/null >/dev/null 2>&1; then HOPSCOPE_PRIV=ask; fi ;;
esac
HOPSCOPE_HOME=${HOPSCOPE_HOME:-$HOME}
export HOPSCOPE_LIMITER HOPSCOPE_CUTTER HOPSCOPE_USER HOPSCOPE_HOME HOPSCOPE_PRIV
hs_now
printf '%s h\n' "$hs_marker" >&2
printf '%s h %s %s %s %s\n' "$hs_marker" "$(date +%s.%N)" "$hs_t" "$HOPSCOPE_PRIV" "${HOPSCOPE_USER:--}"
)sh";

    /// The script is fixed text of ours in single quotes; the rule of base::shellQuoted without its fast path.
    std::string quoted(std::string_view text)
    {
        std::string word = "'";
        for (const char c : text) {
            if (c == '\'')
                word += "'\\''";
            else if (c != '\0')
                word += c;
        }
        return word + "'";
    }

    std::string call(const char* function, const CheckSpec& spec, std::size_t number)
    {
        char seconds[32] = "-";
        if (!spec.isBrief)
            std::snprintf(seconds, sizeof seconds, "%lld.%03d", static_cast<long long>(spec.limit.count() / 1000),
                int(spec.limit.count() % 1000));
        // One byte more than wanted tells that there was more.
        return std::string(function) + ' ' + std::to_string(number) + ' ' + seconds + ' '
            + std::to_string(spec.byteLimit + 1) + ' ' + quoted(spec.shell) + (spec.needs.empty() ? "" : ' ' + quoted(spec.needs));
    }

}

std::string randomMarker()
{
    std::random_device source;
    std::string marker;
    for (int i = 0; i < 4; ++i) {
        char part[9];
        std::snprintf(part, sizeof part, "%08x", unsigned(source()));
        marker += part;
    }
    return marker;
}

std::string checkHelpers() { return helpers; }

std::string shellCommand()
{
    // Words that every login shell takes alike (fish and csh, too): no newline, no quote within the quotes.
    return "exec /bin/sh -c '[ \"$(id -u)\" = 0 ] || { command -v sudo >/dev/null 2>&1 || exec /bin/sh -s; "
           "sudo -n -- /bin/sh -c \"HOPSCOPE_HOME=\\$1 KUBECONFIG=\\$2 /bin/sh -s; exit 0\" sh \"$HOME\" \"$KUBECONFIG\"; "
           "[ $? = 1 ] || exit 0; }; exec /bin/sh -s'";
}

std::string preamble(const std::string& marker)
{
    // The marker goes out in two halves: where a terminal or an appliance's menu echoes the script, the echo holds no
    // whole marker and so no frame.
    const std::size_t half = marker.size() / 2;
    return "unset ENV BASH_ENV CDPATH POSIXLY_CORRECT GREP_OPTIONS; set +e +u; umask 077; unalias -a\n"
           "hs_marker="
        + marker.substr(0, half) + "''" + marker.substr(half)
        + "\nLC_ALL=C LANGUAGE= TERM=dumb PAGER=cat SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 NO_COLOR=1\n"
          "PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
          "export LC_ALL LANGUAGE TERM PAGER SYSTEMD_PAGER SYSTEMD_COLORS NO_COLOR PATH\n"
          "HOPSCOPE_SHELL="
        + quoted(helpers) + "\neval \"$HOPSCOPE_SHELL\"\nHOPSCOPE_SHELL=$HOPSCOPE_SHELL" + quoted(checkShell)
        + "\nexport HOPSCOPE_SHELL" + mainShell;
}

std::size_t groupEnd(const CheckBatch& batch, std::size_t index)
{
    std::size_t end = index + 1;
    if (batch[index].group == 0)
        return end;
    while (end < batch.size() && batch[end].group == batch[index].group && end - index < largestGroup)
        ++end;
    return end;
}

std::string batchScript(const CheckBatch& batch, std::size_t first)
{
    if (batch.empty())
        return {};
    std::string script = "{\n";
    if (std::any_of(batch.begin(), batch.end(), [](const CheckSpec& each) { return !each.needs.empty(); }))
        script += "hs_see\n";
    for (std::size_t index = 0; index < batch.size();) {
        const std::size_t end = groupEnd(batch, index);
        if (end == index + 1) {
            script += call("hs_check", batch[index], first + index) + '\n';
        } else {
            // : | { hold A; wait for the line before; print A; say so; } | …: all run at once, and their outputs leave one
            // by one, in order, by descriptor 6: the pipe between two of them holds but the word whose turn it is.
            script += "{ : | ";
            for (std::size_t member = index; member < end; ++member)
                script += call("hs_beside", batch[member], first + member) + (member + 1 < end ? " | " : " >/dev/null; } 6>&1\n");
        }
        index = end;
    }
    return script + "}\n";
}

}
