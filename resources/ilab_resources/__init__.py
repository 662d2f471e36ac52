# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Icons, pipelines and the starter taxonomy, found through importlib.resources."""
