# Copyright IBM Corp. 2026 - 2026
# SPDX-License-Identifier: Apache-2.0
"""Long work: run folders, events, the worker process and the queue."""
