// Command staso is the backend of the staso library in one binary.
package main

func main() {}
