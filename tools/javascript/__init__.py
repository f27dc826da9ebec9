"""The pages' scripts and icons, made while the book is built."""
