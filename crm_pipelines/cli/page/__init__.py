"""Pages that the command line writes: one self-contained HTML file each, without script or outside resources."""
