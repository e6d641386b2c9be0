#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy on the sources that changed against the base (SMOS_TIDY_BASE, else the last commit
# but one); with `all` as second argument on every source. It configures its own clang build.
set -euo pipefail
cd "$1"
base=${SMOS_TIDY_BASE:-$(git rev-parse -q --verify HEAD~1 || git rev-parse HEAD)}
if [ "${2:-}" = all ]; then
  mapfile -t files < <(git ls-files 'libsmos/*.cpp' 'tools/*.cpp')
else
  mapfile -t files < <(git diff --name-only --diff-filter=d "$base" -- 'libsmos/*.cpp' 'tools/*.cpp')
fi
((${#files[@]})) || { echo "no source changed"; exit 0; }
# A change that touches everything is checked in samples, so that CI stays short; `all` checks all.
if [ "${2:-}" != all ] && ((${#files[@]} > 24)); then
  echo "${#files[@]} sources changed: every $((${#files[@]} / 24 + 1))th is checked here, all of them by tests/house/tidy.sh . all"
  mapfile -t files < <(printf '%s\n' "${files[@]}" | awk -v n="$((${#files[@]} / 24 + 1))" 'NR % n == 1 || n == 1')
fi
cmake --preset tidy >/dev/null
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 -p build/tidy --quiet --warnings-as-errors='*' 2>/dev/null
echo "${#files[@]} sources are tidy"
