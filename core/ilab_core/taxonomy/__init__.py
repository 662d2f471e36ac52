# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""The qna.yaml standard: find, read, check and edit the leaves of a taxonomy."""
