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
cmake --preset tidy >/dev/null
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 -p build/tidy --quiet --warnings-as-errors='*' 2>/dev/null
echo "${#files[@]} sources are tidy"
