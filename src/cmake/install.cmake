# What `cmake --install` puts under the prefix beside the binary: completions and the man page, both
# printed by the binary itself, so that they cannot drift from it.
set(generated ${CMAKE_BINARY_DIR}/install)
set(completion_bash ${generated}/deploy.bash)
set(completion_zsh ${generated}/_deploy)
set(completion_fish ${generated}/deploy.fish)
set(man_page ${generated}/deploy.1)
add_custom_command(
  OUTPUT ${completion_bash} ${completion_zsh} ${completion_fish} ${man_page}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}
  COMMAND deploy completion bash > ${completion_bash}
  COMMAND deploy completion zsh > ${completion_zsh}
  COMMAND deploy completion fish > ${completion_fish}
  COMMAND deploy docs man > ${man_page}
  DEPENDS deploy)
add_custom_target(install_extras ALL DEPENDS ${completion_bash} ${completion_zsh}
                                             ${completion_fish} ${man_page})
install(FILES ${completion_bash} DESTINATION share/bash-completion/completions RENAME deploy)
install(FILES ${completion_zsh} DESTINATION share/zsh/site-functions)
install(FILES ${completion_fish} DESTINATION share/fish/vendor_completions.d)
install(FILES ${man_page} DESTINATION share/man/man1)
