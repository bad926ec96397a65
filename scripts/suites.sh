# shellcheck shell=bash
# The test suites: how each is run and how its outcome is counted. Sourced by ./test, which set $root.
# A suite leaves its three numbers in $passed, $failed and $skipped; its full output goes to artifacts/test/NAME.log.

results="$root/artifacts/test"
all_suites=(architecture rtc sfu turn media tls control recording speech summaries server load web e2e)

# Suites on the wall clock: real sockets, processes and browsers. On a machine that is busy with others a deadline can be missed
# there, so what failed runs once more, and is told by name if it passes then. Suites in virtual time get no second chance.
clock_suites=(turn media control recording speech server load e2e)
most_repeated=5

# Browser tests run two files at a time where there are four cores: on two, which one browser meeting fills, that won a tenth and left no reserve.
# These have the machine to themselves: their bounds are about the speed or the quality of pictures and sound, or they need all of it.
e2e_alone=(app/broadcast app/mixed captions codecs flexfec impaired recording small-uplink)

dotnet_project() {
  case "$1" in
    architecture) echo tests/Tertulia.Architecture.Tests ;;
    rtc) echo tests/Tertulia.Rtc.Tests ;;
    sfu) echo tests/Tertulia.Sfu.Tests ;;
    turn) echo tests/Tertulia.Turn.Tests ;;
    media) echo tests/Tertulia.Media.Tests ;;
    tls) echo tests/Tertulia.Tls.Tests ;;
    speech) echo tests/Tertulia.Speech.Tests ;;
    control) echo tests/Tertulia.Control.Tests ;;
    recording) echo tests/Tertulia.Recording.Tests ;;
    summaries) echo tests/Tertulia.Summaries.Tests ;;
    server) echo tests/Tertulia.Server.Tests ;;
    load) echo tests/Tertulia.LoadTest.Tests ;;
    *) return 1 ;;
  esac
}

# counter REPORT NAME: a number of the summary in a TRX report
counter() { sed -n "s/.*<Counters .* $2=\"\([0-9]*\)\".*/\1/p; s/.*<Counters $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n1; }

# failed_tests REPORT: the full names in a TRX report, without the arguments of theories
failed_tests() { grep -o '<UnitTestResult [^>]*>' "$1" | grep 'outcome="Failed"' | sed 's/.* testName="\([^"(]*\).*/\1/' | sort -u; }

solution_built=false

# One build for all is faster than one for each; if it fails, each suite builds for itself and says whether it is concerned.
build_solution() {
  say "Building"
  if (cd "$root" && dotnet build Tertulia.slnx -c Release -v quiet -tl:off </dev/null) >"$results/build.log" 2>&1; then solution_built=true; fi
}

run_dotnet_suite() {
  local project log="$results/$1.log" report="$results/$1.trx" status=0
  project=$(dotnet_project "$1")
  rm -f "$report"
  # Their S3 server. Where npm cannot bring it those tests are skipped by name.
  case "$1" in control | server) (install_web_packages tests/tools/s3 s3-packages) >/dev/null 2>&1 || true ;; esac
  if [ "$solution_built" = true ]; then
    : >"$log"
  else
    (cd "$root" && dotnet build "$project" -c Release -v quiet -tl:off </dev/null) >"$log" 2>&1 || return 1
  fi
  (cd "$root" && dotnet test "$project" -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=$1.trx" \
    --logger "console;verbosity=normal" --blame-hang-timeout 10m --blame-hang-dump-type none </dev/null) >>"$log" 2>&1 || status=$?
  [ -s "$report" ] || return 1
  local total executed
  total=$(counter "$report" total)
  executed=$(counter "$report" executed)
  passed=$(counter "$report" passed)
  skipped=$((total - executed))
  failed=$((executed - passed))
  return "$status"
}

# repeat_dotnet_suite NAME: runs what failed again. In $passed and $failed afterwards: the outcome with the second attempts.
repeat_dotnet_suite() {
  local log="$results/$1.log" report="$results/$1.again.trx" names filter again
  names=$(failed_tests "$results/$1.trx")
  filter=$(sed 's/^/FullyQualifiedName=/' <<<"$names" | paste -sd'|')
  rm -f "$report"
  mv "$log" "$results/$1.first.log"
  (cd "$root" && dotnet test "$(dotnet_project "$1")" -c Release --no-build --filter "$filter" --results-directory "$results" \
    --logger "trx;LogFileName=$1.again.trx" --logger "console;verbosity=normal" \
    --blame-hang-timeout 10m --blame-hang-dump-type none </dev/null) >"$log" 2>&1
  [ -s "$report" ] || return 1
  again=$(failed_tests "$report")
  comm -23 <(echo "$names") <(echo "$again") >"$results/$1.repeated"
  again=$(($(counter "$report" executed) - $(counter "$report" passed)))
  passed=$((passed + failed - again)) failed=$again
  [ "$failed" -eq 0 ]
}

run_web_suite() {
  local log="$results/web.log" report="$results/web.json" status=0
  rm -f "$report"
  (install_web_packages web web-packages && cd "$root/web" && npm run --silent lint </dev/null &&
    npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$report" </dev/null) >"$log" 2>&1 || status=$?
  [ -s "$report" ] || return 1
  read -r passed failed skipped < <(node -e '
    const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(report.numPassedTests, report.numFailedTests, report.numPendingTests + report.numTodoTests);' "$report")
  return "$status"
}

run_e2e_suite() {
  local log="$results/e2e.log" report="$results/e2e.tap" status=0
  rm -f "$report"
  (build_server && build_web && install_web_packages tests/e2e e2e-packages && install_local_browser &&
    run_e2e_files "$report" "${e2e_files[@]}") >"$log" 2>&1 || status=$?
  [ -s "$report" ] || return 1
  passed=$(tap_count "$report" pass)
  failed=$(tap_count "$report" 'fail|cancelled')
  skipped=$(tap_count "$report" 'skipped|todo')
  return "$status"
}

# run_e2e_files REPORT [FILE...]: those, one after the other; without any, all of them
run_e2e_files() {
  local report=$1 at_once=1 status=0
  shift
  if [ $# -gt 0 ]; then
    e2e_group "$report" 1 "$@"
    return
  fi
  [ "$(nproc)" -lt 4 ] || at_once=2
  local alone=("${e2e_alone[@]/%/.test.js}") together
  mapfile -t together < <(cd "$root/tests/e2e" && find . -name node_modules -prune -o -name '*.test.js' -printf '%P\n' |
    grep -vxF "$(printf '%s\n' "${alone[@]}")")
  e2e_group "$report.together" "$at_once" "${together[@]}" || status=$?
  e2e_group "$report.alone" 1 "${alone[@]}" || status=$?
  cat "$report.together" "$report.alone" >"$report" && rm -f "$report.together" "$report.alone"
  return "$status"
}

# e2e_group REPORT HOW_MANY_AT_ONCE FILE...
e2e_group() {
  local report=$1 at_once=$2
  shift 2
  (cd "$root/tests/e2e" && TERTULIA_SERVER="$root/artifacts/server/Tertulia.Server.dll" node --test --test-concurrency="$at_once" \
    --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$report" \
    "$@" </dev/null)
}

# tap_count REPORT WHAT: the sum over the runs in a report
tap_count() { sed -En "s/^# ($2) //p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'; }

# As repeat_dotnet_suite, but by whole files: what stands in one often builds on what came before.
repeat_e2e_suite() {
  local log="$results/e2e.log" report="$results/e2e.again.tap" files
  mapfile -t files < <(sed -n "s#^ *location: '$root/tests/e2e/\(.*\.test\.js\):.*#\1#p" "$results/e2e.tap" | sort -u)
  [ "${#files[@]}" -gt 0 ] || return 1
  rm -f "$report"
  mv "$log" "$results/e2e.first.log"
  run_e2e_files "$report" "${files[@]}" >"$log" 2>&1
  [ -s "$report" ] || return 1
  passed=$((passed + failed))
  failed=$(tap_count "$report" 'fail|cancelled')
  passed=$((passed - failed))
  [ "$failed" -eq 0 ] && printf '%s\n' "${files[@]}" >"$results/e2e.repeated"
}

# repeat_suite NAME: a second attempt for a few failures on the wall clock
repeat_suite() {
  case " ${clock_suites[*]} " in *" $1 "*) ;; *) return 1 ;; esac
  [ "$failed" -gt 0 ] && [ "$failed" -le "$most_repeated" ] || return 1
  if [ "$1" = e2e ]; then repeat_e2e_suite; else repeat_dotnet_suite "$1"; fi
}

# The names and reasons of what was skipped, one a line.
skipped_tests() {
  case "$1" in
    web) [ -s "$results/web.json" ] && node -e '
      const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
      for (const file of report.testResults) for (const test of file.assertionResults)
        if (test.status === "pending" || test.status === "todo") console.log(test.fullName);' "$results/web.json" ;;
    e2e) [ -s "$results/e2e.tap" ] && sed -n 's/^ *ok [0-9]* - \(.*\) # SKIP */\1: /p' "$results/e2e.tap" ;;
    *) [ -s "$results/$1.log" ] && sed -n 's/^ *Skipped \(.*\) \[.*\]$/\1/p' "$results/$1.log" ;;
  esac
  return 0
}

# What went wrong, short enough to read in a terminal; the log has the rest.
failure_report() {
  local log="$results/$1.log"
  if [ "$1" = e2e ] && grep -q 'failing tests:' "$log"; then
    awk '/failing tests:/ { on = 1 } /^ℹ / { on = 0 } on' "$log" | head -n 150
  elif dotnet_project "$1" >/dev/null && grep -q '^  *Failed ' "$log"; then
    awk '/^\[xUnit.net/{next} /^  *Failed /{on=1} /^  *(Passed|Skipped) |^Test Run/{on=0} on' "$log" | head -n 150
  elif grep -q ': error ' "$log"; then
    grep ': error ' "$log" | sed 's/ \[[^][]*\]$//' | sort -u | head -n 60
  else
    tail -n 60 "$log"
  fi
}
