"""Risk-aware planning: appointment times and planned minutes, pools and standby chosen by simulation."""
