# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""GGUF files: what is in them, which ones there are, and whether they fit this computer."""
